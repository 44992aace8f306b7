"""The embeddings of all runs: found by their configs, read when asked for, the ones used last kept in memory."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glassboard.codec.payloads.embedding import CONFIG_NAME
from glassboard.errors import GlassboardError, NotFoundError
from glassboard.store.embeddings import Embedding, read_embeddings
from glassboard.store.names import name_not_found, natural_key
from glassboard.store.source import RunFolder

__all__ = ["EmbeddingShelf", "FoldersOf", "Shelved", "Stamp"]

FoldersOf = Callable[[], Sequence[RunFolder]]
Stamp = tuple[int, ...]
"""Device, inode, size and modification time of a file: what tells that it is another."""

_KEPT_BYTES = 1 << 30
_PLUGIN_FOLDER = "plugins/org_tensorflow_tensorboard_projector"
"""Where TensorBoard's own `projector.visualize_embeddings` of TensorFlow may leave the config of the run above."""
_STEP_IN_NAME = re.compile(r"^(.*):(\d{1,15})$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shelved:
    run: str
    tag: str
    step: int | None
    """From the name, which writers make of tag and step; None where it holds none."""
    embedding: Embedding

    @property
    def name(self) -> str:
        return self.embedding.name


@dataclass(frozen=True, slots=True)
class _Config:
    stamp: Stamp
    embeddings: tuple[Embedding, ...]
    problem: str | None


class EmbeddingShelf:
    """Any thread may call it. `folders_of` gives the folders with a config, on this machine; elsewhere there are none."""

    def __init__(self, location: str, folders_of: FoldersOf) -> None:
        self._location = location
        self._folders_of = folders_of
        self._lock = threading.Lock()
        self._configs: dict[Path, _Config] = {}
        self._vectors: OrderedDict[tuple[str, str], tuple[Stamp, npt.NDArray[np.float32]]] = OrderedDict()

    def all(self) -> tuple[Sequence[Shelved], Sequence[tuple[str, str]]]:
        """Every embedding in natural order of runs, tags and steps; and what could not be read, by run."""
        found: list[Shelved] = []
        problems: list[tuple[str, str]] = []
        for run, folders in self._folders().items():
            embeddings, told = self._of_run(run, folders)
            found += embeddings.values()
            problems += [(run, problem) for problem in told]
        found.sort(key=lambda one: (natural_key(one.run), natural_key(one.tag), one.step or 0))
        return found, problems

    def find(self, run: str, name: str) -> Shelved:
        """Raises `NotFoundError` with the nearest names there are."""
        folders = self._folders()
        if run not in folders:
            raise name_not_found("run with embeddings", run, folders, where=self._location)
        embeddings, problems = self._of_run(run, folders[run])
        if name not in embeddings:
            if problems:
                raise NotFoundError(f"no embedding {name!r} in run {run!r}: {problems[0]}")
            raise name_not_found("embedding", name, embeddings, where=f"run {run!r}")
        return embeddings[name]

    def vectors(self, one: Shelved) -> tuple[npt.NDArray[np.float32], Stamp]:
        """The vectors, [points, dimensions], and what tells whether they are still the same."""
        stamp = self.stamp(one)
        key = (one.run, one.name)
        with self._lock:
            kept = self._vectors.get(key)
            if kept is not None and kept[0] == stamp:
                self._vectors.move_to_end(key)
                return kept[1], stamp
        read = one.embedding.to_numpy()
        with self._lock:
            self._vectors[key] = stamp, read
            self._vectors.move_to_end(key)
            while (
                len(self._vectors) > 1
                and sum(array.nbytes for _, array in self._vectors.values()) > _KEPT_BYTES
            ):
                self._vectors.popitem(last=False)
        return read, stamp

    def stamp(self, one: Shelved) -> Stamp:
        """What tells whether the vectors are still the same. Raises `NotFoundError` where their file may not be read."""
        return _stamp(one.embedding.tensor_file())

    def label_stamp(self, one: Shelved) -> Stamp:
        """The same of the labels; empty where there are none."""
        path = one.embedding.files()[1]
        return () if path is None else _stamp(path)

    def version(self, one: Shelved) -> str:
        """Equal while vectors, labels and pictures are the same files."""
        stamps = repr([None if path is None else _stamp(path) for path in one.embedding.files()])
        return hashlib.blake2b(stamps.encode(), digest_size=8).hexdigest()

    def _folders(self) -> dict[str, list[RunFolder]]:
        """By run: its own folder, then that of the plugin below it."""
        by_run: dict[str, list[RunFolder]] = {}
        for each in self._folders_of():
            above = each.run.removesuffix(_PLUGIN_FOLDER)
            run = each.run if above == each.run else above.removesuffix("/") or "."
            by_run.setdefault(run, []).append(each)
        return by_run

    def _of_run(self, run: str, folders: Sequence[RunFolder]) -> tuple[dict[str, Shelved], list[str]]:
        found: dict[str, Shelved] = {}
        problems = []
        for each in folders:
            config = self._read(each.folder / CONFIG_NAME, each.root)
            if config.problem is not None:
                problems.append(config.problem)
            for embedding in config.embeddings:
                match = _STEP_IN_NAME.match(embedding.name)
                tag, step = (match[1], int(match[2])) if match else (embedding.name, None)
                found.setdefault(embedding.name, Shelved(run, tag, step, embedding))
        return found, problems

    def _read(self, path: Path, root: Path) -> _Config:
        stamp = _stamp(path)
        with self._lock:
            kept = self._configs.get(path)
        if kept is not None and kept.stamp == stamp:
            return kept
        try:
            made = _Config(stamp, tuple(read_embeddings(path.parent, root=root).values()), None)
        except GlassboardError as error:
            made = _Config(
                stamp, (), f"{error} ({path.relative_to(root) if path.is_relative_to(root) else path})"
            )
        with self._lock:
            self._configs[path] = made
        return made


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
