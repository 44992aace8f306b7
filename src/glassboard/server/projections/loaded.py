"""Embeddings that people load from the page: in a temporary folder of the server, and gone with it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from glassboard.codec.payloads.embedding import CONFIG_NAME, EmbeddingEntry, format_config
from glassboard.errors import MisuseError, NotFoundError, TooLargeError
from glassboard.server.projections.jobs import TooManyError
from glassboard.server.projections.own_files import Form, read_labels, read_vectors, unplaced
from glassboard.store.source import RunFolder

__all__ = ["LOADED_RUN", "MAX_UPLOAD_BYTES", "Loaded", "LoadedEmbeddings", "Upload"]

LOADED_RUN = "loaded/"
"""Stands where a run stands. No run is called so: none ends with a slash."""
MAX_UPLOAD_BYTES = 256 << 20
MAX_LABEL_BYTES = 64 << 20
_MAX_EMBEDDINGS = 16
_MAX_BYTES = 1 << 30
"""Of all of them, as they lie in the folder."""
_MAX_AT_ONCE = 2
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Loaded:
    name: str
    folder: Path
    points: int
    dimensions: int
    note: str | None
    """What is odd about the file, in words."""
    byte_count: int


class LoadedEmbeddings:
    """Any thread may call it. Each is a projector folder of its own, so that whatever reads those reads these."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._place: tempfile.TemporaryDirectory[str] | None = None
        self._loaded: dict[str, Loaded] = {}
        self._arriving = 0
        self._count = 0
        self._closed = False

    def folders(self) -> Sequence[RunFolder]:
        with self._lock:
            return [RunFolder(LOADED_RUN, one.folder, one.folder) for one in self._loaded.values()]

    @contextmanager
    def receiving(self) -> Iterator[Upload]:
        """A place for one upload; what is not kept when the block ends is deleted. Raises `TooManyError`."""
        with self._lock:
            if self._closed or self._arriving >= _MAX_AT_ONCE:
                raise TooManyError(f"{self._arriving} files are being loaded already: wait for them")
            if len(self._loaded) >= _MAX_EMBEDDINGS:
                raise TooManyError(
                    f"{len(self._loaded)} embeddings are loaded, which is the most: remove one of them"
                )
            if self._place is None:
                self._place = tempfile.TemporaryDirectory(
                    prefix="glassboard-loaded-", ignore_cleanup_errors=True
                )
            self._arriving += 1
            self._count += 1
            folder = Path(self._place.name) / str(self._count)
        upload = None
        try:
            folder.mkdir(mode=0o700)
            with Upload(folder) as upload:
                yield upload
        finally:
            with self._lock:
                self._arriving -= 1
                kept = any(one.folder == folder for one in self._loaded.values())
            if not kept:
                shutil.rmtree(folder, ignore_errors=True)

    def keep(self, upload: Upload, name: str, form: Form, label_bytes: int) -> Loaded:
        """Reads what arrived, and lists it. Raises `MisuseError` with the wrong line, and `TooLargeError`."""
        made = upload.finish(_plain(name), form, label_bytes)
        with self._lock:
            used = sum(one.byte_count for one in self._loaded.values())
            if used + made.byte_count > _MAX_BYTES:
                raise TooLargeError(
                    f"{made.byte_count >> 20:,} MiB beside the {used >> 20:,} MiB that are loaded are more than"
                    f" {_MAX_BYTES >> 20:,} MiB: remove one of them"
                )
            name, at = made.name, 1
            while name in self._loaded:
                name, at = f"{made.name} ({at + 1})", at + 1
            made = Loaded(name, made.folder, made.points, made.dimensions, made.note, made.byte_count)
            upload.name_it(made)
            self._loaded[name] = made
        return made

    def remove(self, name: str) -> None:
        with self._lock:
            one = self._loaded.pop(name, None)
        if one is None:
            raise NotFoundError(f"no loaded embedding {name!r}: it was removed before")
        shutil.rmtree(one.folder, ignore_errors=True)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._loaded.clear()
            place, self._place = self._place, None
        if place is not None:
            place.cleanup()


class Upload:
    """The bytes of one request while they arrive: those of the labels, then those of the vectors."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "arriving"
        self._file = self._path.open("wb")
        self._size = 0

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        """Raises `TooLargeError` beyond 256 MiB."""
        self._size += len(data)
        if self._size > MAX_UPLOAD_BYTES:
            raise TooLargeError(f"files of more than {MAX_UPLOAD_BYTES >> 20} MiB, which is the most")
        self._file.write(data)

    def finish(self, name: str, form: Form, label_bytes: int) -> Loaded:
        self._file.close()
        if label_bytes > self._size:
            raise MisuseError(f"labels of {label_bytes:,} bytes in a body of {self._size:,}")
        if label_bytes > MAX_LABEL_BYTES:
            raise TooLargeError(f"metadata of more than {MAX_LABEL_BYTES >> 20} MiB, which is the most")
        labels = self._split(label_bytes)
        vectors = read_vectors(self._path, form)
        (self._folder / "tensors.bytes").write_bytes(vectors.astype("<f4", copy=False).data)
        if label_bytes:
            labels = read_labels(labels, len(vectors))
            (self._folder / "metadata.tsv").write_bytes(labels)
        self._path.unlink()
        size = vectors.nbytes + len(labels)
        points, dimensions = vectors.shape
        return Loaded(name, self._folder, points, dimensions, unplaced(vectors), size)

    def name_it(self, made: Loaded) -> None:
        entry = EmbeddingEntry(
            made.name,
            tensor_path="tensors.bytes",
            metadata_path="metadata.tsv" if (self._folder / "metadata.tsv").exists() else "",
            tensor_shape=(made.points, made.dimensions),
        )
        (self._folder / CONFIG_NAME).write_bytes(format_config((entry,)))

    def _split(self, label_bytes: int) -> bytes:
        """Takes the labels from the front of the file, which is a file of vectors then."""
        if label_bytes == 0:
            return b""
        vectors = self._folder / "vectors"
        with self._path.open("rb") as both, vectors.open("wb") as rest:
            labels = both.read(label_bytes)
            shutil.copyfileobj(both, rest)
        vectors.replace(self._path)
        return labels


def _plain(name: str) -> str:
    kept = "".join(char if char.isprintable() else " " for char in name).strip()[:_MAX_NAME]
    if not kept:
        raise MisuseError(f"found {name!r} as name, wanted one that can be read")
    return kept
