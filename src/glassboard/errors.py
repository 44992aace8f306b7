"""The errors Glassboard raises. Each leaf is a thing a caller would handle differently."""

from __future__ import annotations

__all__ = [
    "CorruptError",
    "GlassboardError",
    "MisuseError",
    "NotFoundError",
    "TooLargeError",
    "TruncatedError",
]


class GlassboardError(Exception):
    """Base of every error that Glassboard raises on purpose."""


class TruncatedError(GlassboardError):
    """The bytes end too early, but more may come: a file that is still being written."""


class CorruptError(GlassboardError):
    """The bytes are wrong and will stay wrong."""


class TooLargeError(GlassboardError):
    """A length or a size is over the cap that protects memory."""


class NotFoundError(GlassboardError, LookupError):
    """A run, tag, sample or file that was asked for does not exist."""


class MisuseError(GlassboardError, ValueError):
    """The caller's arguments are wrong; the message says what was found and what was wanted."""
