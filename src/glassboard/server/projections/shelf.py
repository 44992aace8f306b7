"""The embeddings of all runs: found by their configs, read when asked for, the ones used last kept in memory."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glassboard.codec.payloads.embedding import CONFIG_NAME
from glassboard.errors import GlassboardError, NotFoundError
from glassboard.log._embeddings import Embedding, read_embeddings
from glassboard.store.named_files import log_directory_of
from glassboard.store.names import name_not_found, natural_key
from glassboard.store.provider import Provider

__all__ = ["EmbeddingShelf", "FolderOf", "Shelved", "Stamp"]

FolderOf = Callable[[str], Path | None]
Stamp = tuple[int, ...]
"""Device, inode, size and modification time of a file: what tells that it is another."""

_KEPT_BYTES = 1 << 30
_PLUGIN_FOLDER = Path("plugins") / "org_tensorflow_tensorboard_projector"
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
    """Any thread may call it. `folder_of` gives the folder of a run on this machine; runs elsewhere have no embeddings."""

    def __init__(self, provider: Provider, folder_of: FolderOf) -> None:
        self._provider = provider
        self._folder_of = folder_of
        self._lock = threading.Lock()
        self._configs: dict[Path, _Config] = {}
        self._vectors: OrderedDict[tuple[str, str], tuple[Stamp, npt.NDArray[np.float32]]] = OrderedDict()

    def all(self) -> tuple[Sequence[Shelved], Sequence[tuple[str, str]]]:
        """Every embedding in natural order of runs, tags and steps; and what could not be read, by run."""
        found: list[Shelved] = []
        problems: list[tuple[str, str]] = []
        for run, folder in self._folders().items():
            embeddings, told = self._of_run(run, folder)
            found += embeddings.values()
            problems += [(run, problem) for problem in told]
        found.sort(key=lambda one: (natural_key(one.run), natural_key(one.tag), one.step or 0))
        return found, problems

    def find(self, run: str, name: str) -> Shelved:
        """Raises `NotFoundError` with the nearest names there are."""
        folders = self._folders()
        if run not in folders:
            raise name_not_found("run with a folder", run, folders, where=self._provider.location)
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

    def _folders(self) -> Mapping[str, Path]:
        folders: dict[str, Path] = {}
        for run in self._provider.runs():
            try:
                folder = self._folder_of(run)
            except NotFoundError:  # it went meanwhile
                continue
            if folder is not None:
                folders[run] = folder
        if "." not in folders:
            # TensorBoard looks into the log directory itself too, whether or not event files lie there.
            root = next((log_directory_of(run, folder) for run, folder in folders.items()), None)
            if root is not None and _configs_in(root):
                folders["."] = root
        return folders

    def _of_run(self, run: str, folder: Path) -> tuple[dict[str, Shelved], list[str]]:
        found: dict[str, Shelved] = {}
        problems = []
        for path in _configs_in(folder):
            config = self._read(path, log_directory_of(run, folder))
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


def _configs_in(folder: Path) -> list[Path]:
    paths = (folder / CONFIG_NAME, folder / _PLUGIN_FOLDER / CONFIG_NAME)
    return [path for path in paths if path.is_file()]


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
