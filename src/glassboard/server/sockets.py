"""Where the server listens."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from glassboard.errors import GlassboardError, MisuseError

__all__ = ["ListenError", "PortInUseError", "listen"]

_BACKLOG = 128


class ListenError(GlassboardError):
    """The address cannot be listened on."""


@dataclass
class PortInUseError(ListenError):
    """Another process listens there already."""

    port: int

    def __str__(self) -> str:
        return (
            f"port {self.port} is in use, perhaps by another glassboard or tensorboard: "
            f"choose one with --port, or any free one with --port 0"
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Port 0 takes a free one; the empty host and `::` listen on every address of the machine.

    Raises `PortInUseError`, `ListenError` for other trouble with the address, `MisuseError` for a port that is none.
    """
    if not 0 <= port <= 65535:
        raise MisuseError(f"port is {port}, want 0 to 65535")
    try:
        listener = _open(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(port) from error
        reason = error.strerror or str(error)
        raise ListenError(f"cannot listen on {host or 'every address'}, port {port}: {reason}") from error
    # Accepted sockets inherit it. asyncio sets it by itself only on sockets that name their protocol, which these do not,
    # and without it a body waits 40 ms for the acknowledgement of its headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _open(host: str, port: int) -> socket.socket:
    if host in ("", "::") and socket.has_dualstack_ipv6():
        return socket.create_server(
            ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=_BACKLOG
        )
    # The name may stand for both families; browsers try both, and IPv4 is there on every machine.
    address = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=_BACKLOG)
