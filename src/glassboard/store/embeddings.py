"""Embeddings of a run, from the files that the projector reads."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glassboard.codec.payloads.embedding import CONFIG_NAME, EmbeddingEntry, parse_config, read_metadata
from glassboard.errors import CorruptError, NotFoundError, TooLargeError

__all__ = ["Embedding", "read_embeddings"]

_MAX_TENSOR_BYTES = 4 << 30
_MAX_METADATA_BYTES = 256 << 20
_MAX_BOOKMARKS_BYTES = 32 << 20
"""Each look of t-SNE or UMAP holds the places of all points: some 60 bytes a point."""


class Embedding:
    """One embedding: a vector per point, and perhaps labels. Files are read when asked for.

    Paths in a config are relative to its folder. One that leads out of the log directory is refused with
    `NotFoundError`: log directories are untrusted input.
    """

    def __init__(self, folder: Path, entry: EmbeddingEntry, root: Path) -> None:
        """`root` is the log directory."""
        self._folder = folder
        self._root = root
        self.entry = entry
        self.name = entry.tensor_name

    def to_numpy(self) -> npt.NDArray[np.float32]:
        """float32 (points, dimensions). Raises `CorruptError` where the file is no table of numbers."""
        data = self._read(self.entry.tensor_path, _MAX_TENSOR_BYTES)
        shape = self.entry.tensor_shape
        if len(shape) == 2 and len(data) == 4 * shape[0] * shape[1] and not _is_text(data):
            return np.frombuffer(data, "<f4").reshape(shape)
        if not data.strip():
            raise CorruptError(f"vectors of {len(data):,} bytes without a number ({self.entry.tensor_path})")
        try:
            rows = np.loadtxt(
                data.decode("utf-8").splitlines(), np.float32, delimiter="\t", ndmin=2, comments=None
            )
        except (ValueError, UnicodeDecodeError) as error:
            told = f"no table of numbers: {error}"
            if isinstance(error, UnicodeDecodeError):
                sizes = " x ".join(map(str, shape)) or "no shape and thus text"
                told = (
                    f"vectors of {len(data):,} bytes, but the config says {sizes}"
                    + " numbers of 4 bytes" * bool(shape)
                )
            raise CorruptError(f"{told} ({self.entry.tensor_path})") from error
        return rows

    def metadata(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Names of the columns, and a row of strings per point; nothing where the embedding has no labels."""
        if not self.entry.metadata_path:
            return (), []
        data = self._read(self.entry.metadata_path, _MAX_METADATA_BYTES)
        lines = data.count(b"\n") + (not data.endswith(b"\n"))
        has_names = b"\t" in data.split(b"\n", 1)[0]
        # Of one column nobody writes the name, unless there is a line too many.
        if len(self.entry.tensor_shape) == 2 and lines == self.entry.tensor_shape[0] + 1:
            has_names = True
        return read_metadata(data, lines - has_names)

    def sprite(self, *, max_bytes: int = _MAX_TENSOR_BYTES) -> bytes:
        """The encoded image that holds a picture per point.

        Raises `NotFoundError` where there is none, `TooLargeError` where it is larger than `max_bytes`.
        """
        if self.entry.sprite is None:
            raise NotFoundError(f"embedding {self.name!r} has no sprite")
        return self._read(self.entry.sprite.image_path, max_bytes)

    def bookmarks(self, *, max_bytes: int = _MAX_BOOKMARKS_BYTES) -> bytes:
        """The file of looks that the config names, as TensorBoard's projector writes it; not read as JSON here.

        Raises `NotFoundError` where there is none, `TooLargeError` where it is larger than `max_bytes`.
        """
        if not self.entry.bookmarks_path:
            raise NotFoundError(f"embedding {self.name!r} has no bookmarks")
        return self._read(self.entry.bookmarks_path, max_bytes)

    def tensor_file(self) -> Path:
        """The file of the vectors, which need not be there.

        Raises `NotFoundError` where it lies outside the log directory.
        """
        return self._path(self.entry.tensor_path)

    def named_files(self) -> tuple[str, ...]:
        """Vectors, labels and pictures as the config names them; empty where it names none."""
        sprite = self.entry.sprite
        return self.entry.tensor_path, self.entry.metadata_path, "" if sprite is None else sprite.image_path

    def files(self) -> tuple[Path | None, ...]:
        """Where those lie, which need not be there; None where there is none, or it may not be read."""
        found: list[Path | None] = []
        for relative in self.named_files():
            try:
                found.append(self._path(relative) if relative else None)
            except NotFoundError:
                found.append(None)
        return tuple(found)

    def _path(self, relative: str) -> Path:
        folder = self._folder.resolve()
        path = (folder / relative).resolve() if relative and "\0" not in relative else Path("/")
        if not any(path.is_relative_to(each) for each in (folder, self._root.resolve())):
            raise NotFoundError(
                f"embedding {self.name!r} names a file outside the log directory: {relative!r}"
            )
        return path

    def _read(self, relative: str, max_bytes: int) -> bytes:
        path = self._path(relative)
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise NotFoundError(f"embedding {self.name!r} names no plain file ({path})")
            size = found.st_size
            if size > max_bytes:
                raise TooLargeError(f"file of {size} bytes, at most {max_bytes} are read ({path})")
            return path.read_bytes()
        except OSError as error:
            raise NotFoundError(
                f"embedding {self.name!r} cannot be read: {error.strerror} ({path})"
            ) from error

    def __repr__(self) -> str:
        shape = " x ".join(map(str, self.entry.tensor_shape)) or "unknown size"
        return f"<Embedding {self.name!r}: {shape}>"


def read_embeddings(folder: Path, *, root: Path) -> dict[str, Embedding]:
    """The embeddings of the projector config in `folder`, by name; none where there is no config.

    `root` is the log directory: the config may name files in it, and below its own folder.
    """
    try:
        config = (folder / CONFIG_NAME).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise NotFoundError(f"cannot be read: {error.strerror} ({folder / CONFIG_NAME})") from error
    return {entry.tensor_name: Embedding(folder, entry, root) for entry in parse_config(config)}


def _is_text(data: bytes) -> bool:
    return all(byte in b"0123456789+-.eEnaifNAIF\t\r\n" for byte in data[:64])
