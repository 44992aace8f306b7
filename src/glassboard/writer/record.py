"""A record that is encoded already."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RecordJob"]


@dataclass(frozen=True, slots=True)
class RecordJob:
    data: bytes
    """Framed."""

    @property
    def byte_count(self) -> int:
        return len(self.data) + 256

    def encode(self) -> bytes:
        return self.data
