"""A log directory served from this process: for the command line, the walkthrough, notebooks and browser tests."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from glassboard.server.addresses import is_loopback
from glassboard.server.app import create_app, normalize_path_prefix
from glassboard.server.live import ChangeHub
from glassboard.server.page_files import PageFiles
from glassboard.server.page_server import PageServer
from glassboard.server.projections.jobs import ProjectionJobs
from glassboard.server.projections.loaded import LoadedEmbeddings
from glassboard.server.sockets import listen
from glassboard.server.static_files import INSTALLED_PAGE, require_page
from glassboard.store.follow import RELOAD_SECS, Follower
from glassboard.store.logdirs import Logdirs, OpenLogdirs, open_source
from glassboard.store.provider import Provider

__all__ = ["LocalServer"]

_STOP_SECS = 1.0
"""What reading gets to come to an end. A large file is read in one go, and nobody waits for it at Ctrl-C."""


class LocalServer:
    """The page over `logdir`, in threads of this process, until `close`.

        with LocalServer("runs", port=0) as server:
            print(server.url)

    The log directory need not exist yet; several are served as one, by name. Port 0 takes a free port. An address that
    other machines can reach (`host` is none of this machine's own; the empty string stands for all) needs a token: the
    one given, else a new one; `url` carries it. `reload_interval_secs` is the time between two looks at the log
    directory, 0 reads it once. With `cache` what was read is kept in the user's cache directory, and the next start reads
    only what is new.
    A source that is open already is served as it is, and a `follower` that was started on it is taken over: so a log
    directory is read while this module is imported.
    Raises `PortInUseError` and `ListenError` for the address, `NotFoundError` where the page is not built,
    `MisuseError` for arguments that cannot be. Nothing is started by the constructor except the listening socket.
    """

    def __init__(
        self,
        logdir: Logdirs | OpenLogdirs,
        *,
        host: str = "localhost",
        port: int = 6006,
        title: str = "",
        path_prefix: str = "",
        token: str | None = None,
        allowed_hosts: Collection[str] = (),
        reload_interval_secs: float | None = None,
        cache: bool = True,
        follower: Follower | None = None,
        static_dir: Path = INSTALLED_PAGE,
    ) -> None:
        require_page(static_dir)
        prefix = normalize_path_prefix(path_prefix)
        local = is_loopback(host)
        self._token = token if token is not None or local else secrets.token_urlsafe(24)
        self._host = host
        self._path = f"{prefix}/"
        self._store = logdir if isinstance(logdir, OpenLogdirs) else open_source(logdir, cache=cache)
        hub = ChangeHub()
        app = create_app(
            self._store,
            hub,
            title=title,
            path_prefix=prefix,
            static_dir=static_dir,
            token=self._token,
            allowed_hosts={host, *allowed_hosts},
            projector_folders=self._store.projector_folders,
            folder_of=self._store.folder_of,
        )
        self._projections: ProjectionJobs = app.state.context.projections
        self._loaded: LoadedEmbeddings = app.state.context.loaded
        self._page_files: PageFiles = app.state.page_files
        self._static_dir = static_dir
        self._socket = listen(host, port)
        self._port: int = self._socket.getsockname()[1]
        self._page_server = PageServer(app, hub, self._socket)
        self._hub = hub
        self._follower = follower or Follower(self._store, interval_secs=reload_interval_secs or RELOAD_SECS)
        self._follower.subscribe(hub.publish)
        self._reads_once = reload_interval_secs == 0

    @property
    def provider(self) -> Provider:
        return self._store

    @property
    def port(self) -> int:
        """The port listened on, also where 0 was asked for."""
        return self._port

    @property
    def token(self) -> str | None:
        return self._token

    @property
    def url(self) -> str:
        """The address of the page, with the token where there is one."""
        if is_loopback(self._host):
            name = "localhost" if self._host == "127.0.0.1" else self._host
        else:
            name = socket.gethostname() if self._host in ("", "0.0.0.0", "::") else self._host
        name = f"[{name}]" if ":" in name else name
        query = f"?token={self._token}" if self._token else ""
        return f"http://{name}:{self._port}{self._path}{query}"

    def start(self) -> Self:
        """Returns when requests are answered; the log directory is read meanwhile."""
        self._page_server.start()
        # Beside reading: compressing leaves the interpreter to others.
        threading.Thread(
            target=self._page_files.prepare,
            args=(self._static_dir,),
            name="glassboard-page-files",
            daemon=True,
        ).start()
        if self._reads_once:
            threading.Thread(target=self._read_once, name="glassboard-read-once", daemon=True).start()
        else:
            self._follower.start()
        return self

    def wait(self, timeout_secs: float | None = None) -> bool:
        """Blocks until the server has ended, or for `timeout_secs`; returns whether it has ended."""
        return self._page_server.wait(timeout_secs)

    def close(self) -> bool:
        """Ends the server and its threads, within two seconds; says whether all have ended.

        A file that is being read keeps its thread until it is read to its end. May be called twice.
        """
        stopper = threading.Thread(target=self._stop_reading, name="glassboard-stop", daemon=True)
        stopper.start()
        self._projections.close()
        self._loaded.close()
        self._page_server.close()
        stopper.join(_STOP_SECS)
        return not stopper.is_alive()

    def _read_once(self) -> None:
        self._hub.publish(self._store.refresh(on_progress=self._hub.publish))

    def _stop_reading(self) -> None:
        self._follower.stop()
        self._store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
