"""How writing is going, for those who want to know."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Health"]


@dataclass(frozen=True, slots=True)
class Health:
    """A snapshot of one writer in this process."""

    written_count: int
    """Points that reached the file."""
    pending_count: int
    """Points that wait: queued, or encoded and refused by the file system so far."""
    lost_count: int
    """Points that will never reach the file."""
    error: str
    """What went wrong last; empty while nothing has."""

    @property
    def is_well(self) -> bool:
        return self.lost_count == 0 and not self.error
