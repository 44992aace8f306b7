"""A column of texts: where each one ends, uint32 [rows], and then all of them, one after the other, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from glassboard.errors import CorruptError

__all__ = ["TextColumn"]


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn(Sequence[str]):
    """As it lies in its file: a million short texts take their own bytes and four more each."""

    ends: npt.NDArray[np.uint32]
    data: bytes
    errors: str = "replace"
    """What becomes of bytes that are no UTF-8."""

    @classmethod
    def of(cls, texts: Sequence[str], errors: str) -> TextColumn:
        """`errors`: what becomes of surrogates, which UTF-8 has no bytes for."""
        encoded = [text.encode("utf-8", errors) for text in texts]
        ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
        return cls(ends.astype("<u4"), b"".join(encoded), errors)

    @classmethod
    def parse(cls, data: bytes, rows: int, what: str, errors: str = "replace") -> TextColumn:
        """`what` the column holds, for the error: `CorruptError` where the ends do not ascend to the end of the text."""
        if len(data) < rows * 4:
            raise CorruptError(f"predictions hold {len(data)} bytes of {what}, wanted at least {rows * 4}")
        ends, text = np.frombuffer(data, "<u4", rows), data[rows * 4 :]
        if (ends[1:] < ends[:-1]).any() or int(ends[-1] if rows else 0) != len(text):
            raise CorruptError(f"predictions hold {what} whose ends do not ascend to the end of the text")
        return cls(ends, text, errors)

    def to_bytes(self) -> bytes:
        return self.ends.astype("<u4", copy=False).tobytes() + self.data

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        row = range(len(self))[index]
        start = int(self.ends[row - 1]) if row else 0
        return self.data[start : int(self.ends[row])].decode("utf-8", self.errors)

    def __iter__(self) -> Iterator[str]:
        start = 0
        for end in self.ends.tolist():
            yield self.data[start:end].decode("utf-8", self.errors)
            start = end
