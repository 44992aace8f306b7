"""A log directory of event files: every run, every tag, every point."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from glassboard._kernel import return_free_memory
from glassboard.bucket import is_address
from glassboard.codec.payloads.embedding import CONFIG_NAME
from glassboard.store.access import FileAccess
from glassboard.store.describe import describe_status
from glassboard.store.discovery import MARK, Found
from glassboard.store.event_file import EventFile
from glassboard.store.file_info import FileInfo, describe_file
from glassboard.store.file_reader import KeptFile
from glassboard.store.index import LogIndex
from glassboard.store.index_saver import IndexSaver
from glassboard.store.local_files import LocalFiles
from glassboard.store.names import name_not_found, natural_key
from glassboard.store.nearby import Nearby
from glassboard.store.object_storage import ObjectStorage
from glassboard.store.projector_configs import ProjectorConfigs, projector_folders
from glassboard.store.provider import Problem, RunInfo, SampleSeries, ScalarSeries, Status, TagInfo
from glassboard.store.reading_pool import ReadingPool
from glassboard.store.run import Run
from glassboard.store.sample_bytes import read_sample_bytes
from glassboard.store.source import RunFolder, run_folder
from glassboard.store.watch import FolderWatcher
from glassboard.types import Kind

__all__ = ["LogStore"]

_HOT_SECONDS = 60.0
"""A file that was written to within this time is looked at again soon, unless its changes are told."""
_HOT_SHARE = 0.02
"""Of the time since a file was written to, the time until it is looked at again."""
_LONGEST_HOT_SECONDS = 0.4
_IDLE_SHARE = 0.01
"""Of one processor, spent at most on looking at folders and files that do not change."""
_IDLE_SHARE_WHEN_TOLD = 0.003
_LONGEST_ROUND = 5.0
"""Seconds between two looks at everything while polling, at most."""
_SHORTEST_ROUND_WHEN_TOLD, _LONGEST_ROUND_WHEN_TOLD = 2.0, 60.0
"""The same where changes are told: the look is for what a full queue of the system left out."""
_PROGRESS_SECONDS = 0.2
_MUCH_BYTES = 16 << 20
_SETTLING_SECONDS = 0.2


@dataclass(slots=True)
class _Hot:
    """A file that was written to a short while ago, in monotonic seconds."""

    until: float
    next_look: float = 0.0


class LogStore:
    """A `Provider` over the event files below one folder, which may not exist yet; or over one event file.

    The folder may be an address in object storage: `s3://bucket/logs`, `gs://...`, `az://...`.

    Nothing is read before the first `refresh`. Any bytes in any file are survived: what cannot be read is told by
    `status().problems`. All methods may be called from several threads; readers never wait for files that are being
    scanned, except inside `refresh` and `poll`. Every point is kept, at 24 bytes a scalar; samples stay in their files.
    With `cache` what was read is kept between processes, and of files that were seen before only what is new is read.
    """

    def __init__(
        self,
        location: str | os.PathLike[str],
        *,
        cache: bool = False,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._location = os.fspath(location)
        self._access, self._root = _access(self._location, wall_clock)
        self._nearby = None if is_address(self._location) else Nearby(self._root)
        self._wall_clock = wall_clock
        self._refreshing = threading.Lock()
        self._lock = threading.Lock()
        self._interrupted = threading.Event()
        self._watcher: FolderWatcher | None = None
        self._index = LogIndex(self._root) if cache else None
        self._saver = None if self._index is None else IndexSaver(self._index, self._lock, self._relative)
        # Below: guarded by `_lock`.
        self._runs: dict[str, Run] = {}
        self._files: dict[str, EventFile] = {}
        self._found = Found(exists=False)
        self._state = "loading"
        self._revision = 0
        self._expected_bytes = 0
        self._problems: tuple[int, tuple[Problem, ...]] = (-1, ())
        # Below: guarded by `_refreshing`.
        self._hot: dict[str, _Hot] = {}
        self._next_round = 0.0
        self._told: frozenset[str] = frozenset()
        self._configs = ProjectorConfigs(self._root)
        self._read_bytes = 0
        self._pool = ReadingPool(self._access.thread_count)
        self._kept: Mapping[str, KeptFile] | None = None

    @property
    def location(self) -> str:
        return self._location

    def refresh(self, *, on_progress: Callable[[frozenset[str]], None] | None = None) -> frozenset[str]:
        """Reads what is new and returns the names of the runs that changed, appeared or went. Blocks.

        While many files are read, `on_progress` is called now and then, in this thread, with the runs that changed since
        its last call: what was read so far can be seen already.
        """
        with self._refreshing:
            self._interrupted.clear()
            return self._look_at_everything(on_progress or _ignore)

    def poll(self, *, on_progress: Callable[[frozenset[str]], None] | None = None) -> frozenset[str]:
        """`refresh` for calling ten times a second: files that are being written are looked at nearly every time, and
        everything else as often as a hundredth of one processor allows, at least every five seconds, or every minute
        where changes are told."""
        with self._refreshing:
            self._interrupted.clear()
            now = time.monotonic()
            self._told = frozenset() if self._watcher is None else frozenset(self._watcher.take())
            if any(map(self._changes_what_is_there, self._told)):
                changed = self._look_at_everything(on_progress or _ignore)
                # What was put into a new folder before it was watched is not told.
                self._next_round = min(self._next_round, now + _SETTLING_SECONDS)
                return changed
            if now >= self._next_round:
                return self._look_at_everything(on_progress or _ignore)
            due = {path for path, hot in self._hot.items() if hot.next_look <= now} | self._told
            files = [file for path in due if (file := self._files.get(path)) is not None]
            return self._look_at(files, on_progress or _ignore)

    def watch(self, wake: Callable[[], None]) -> None:
        """From the next `poll` on calls `wake`, from a thread of its own, when there is news for another `poll`.

        Where the system tells of changes, that is at once; everything is looked at now and then all the same.
        """
        if self._watcher is None:
            self._watcher = FolderWatcher(self._root, wake)

    def unwatch(self) -> None:
        """Ends that. Not while another thread polls."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None

    def quiet_secs(self) -> float:
        """For how long a `poll` will find nothing unless `wake` is called; 0 where not every change is told.

        To be asked between two polls, not beside one."""
        if not self._every_change_is_told():
            return 0.0
        next_look = min(hot.next_look for hot in self._hot.values()) if self._hot else self._next_round
        return max(min(next_look, self._next_round) - time.monotonic(), 0.0)

    def _every_change_is_told(self) -> bool:
        return self._watcher is not None and self._watcher.is_alive and self._watcher.is_local

    def _changes_what_is_there(self, path: str) -> bool:
        """Whether a path that changed may be an event file or a folder that came or went, or is of a projector config."""
        if path in self._files:
            return not os.path.exists(path)  # noqa: PTH110 - thousands a second
        name = path.rpartition("/")[2]
        if MARK in name or name == CONFIG_NAME or self._configs.names(path):
            return True
        return self._access.knows(path) or os.path.isdir(path)  # noqa: PTH112 - as above

    def interrupt(self) -> None:
        """Makes a `refresh` or `poll` in progress come back soon; what it left is read by the next one."""
        self._interrupted.set()

    def close(self) -> None:
        """Interrupts reading and saving and ends their threads; the store may be used on."""
        self.interrupt()
        self.rest()
        if self._saver is not None:
            self._saver.stop()

    def rest(self) -> None:
        """Ends the threads that read, until they are needed again. A save of the index goes on to its end."""
        with self._refreshing:
            self._pool.rest()

    def _look_at_everything(self, on_progress: Callable[[frozenset[str]], None]) -> frozenset[str]:
        began = time.thread_time()
        if self._index is not None and self._kept is None:
            self._kept = self._index.open()
        found = self._access.look()
        changed = self._adopt(found)
        if self._configs.changed(found):
            with self._lock:
                self._revision += 1
        changed |= self._look_at(list(self._files.values()), on_progress, began=began)
        with self._lock:
            state = "ready" if self._files else "waiting"
            if state != self._state and not self._interrupted.is_set():
                self._state = state
                self._revision += 1
        if self._watcher is not None and not self._interrupted.is_set():
            self._watcher.keep_up()
        if self._read_bytes >= _MUCH_BYTES:
            self._read_bytes = 0
            return_free_memory()  # what reading took beyond the columns
        if self._saver is not None and not self._interrupted.is_set():
            self._kept = {}  # from here on files are followed, and the packs can be let go
            self._saver.consider(list(self._files.values()))
        return changed

    def _relative(self, file: EventFile) -> str:
        """The path by which the index knows a file."""
        return file.where.path.removeprefix(self._root)

    def _adopt(self, found: Found) -> frozenset[str]:
        """Takes over what discovery found: new files, and files that went."""
        changed = set()
        with self._lock:
            if found is self._found:
                return frozenset()
            if found.problems and not found.exists:
                found = Found(exists=self._found.exists, files=self._found.files, problems=found.problems)
            unseen = tuple(problem.path for problem in found.problems)
            present = {file.path: file for file in found.files}
            for path, file in list(self._files.items()):
                known = present.get(path)
                if known != file.where and not _below(file.where.relative_path, unseen):
                    changed.add(self._drop(file))
            for path, where in present.items():
                if path not in self._files:
                    file = EventFile(
                        where,
                        self._access,
                        kept=None if self._kept is None else self._kept.get(path.removeprefix(self._root)),
                        is_interrupted=self._interrupted.is_set,
                    )
                    self._files[path] = file
                    run = self._runs.setdefault(where.run, Run(where.run))
                    run.files[path] = file
                    run.changed()
                    changed.add(where.run)
            different = (
                changed or found.problems != self._found.problems or found.exists != self._found.exists
            )
            self._found = found
            self._revision += bool(different)
        return frozenset(changed)

    def _drop(self, file: EventFile) -> str:
        run = self._runs[file.where.run]
        del self._files[file.where.path], run.files[file.where.path]
        run.changed()
        if not run.files:
            del self._runs[run.name]
        return run.name

    def _look_at(
        self,
        files: Sequence[EventFile],
        on_progress: Callable[[frozenset[str]], None],
        *,
        began: float | None = None,
    ) -> frozenset[str]:
        """Reads those of `files` that changed. `began` is the processor time at which a look at everything began."""
        grown: list[tuple[int, EventFile]] = []
        changed: set[str] = set()
        sizes = 0
        for file in files:
            try:
                status = self._access.status(file.where.path)
            except FileNotFoundError:
                with self._lock:
                    changed.add(self._drop(file))
                    self._revision += 1
                continue
            except OSError:
                grown.append((0, file))  # reading it says why
                continue
            sizes += status.st_size
            if file.reader.looks_changed(status):
                grown.append((status.st_size, file))
        now = time.monotonic()
        if began is not None:
            with self._lock:
                self._expected_bytes = sizes
            spent = time.thread_time() - began
            share, shortest, longest = _IDLE_SHARE, self._access.shortest_round_secs, _LONGEST_ROUND
            if self._every_change_is_told():
                share, shortest, longest = (
                    _IDLE_SHARE_WHEN_TOLD,
                    _SHORTEST_ROUND_WHEN_TOLD,
                    _LONGEST_ROUND_WHEN_TOLD,
                )
            self._next_round = now + min(max(spent / share, shortest), longest)
            self._hot = {
                path: hot for path, hot in self._hot.items() if hot.until > now and path in self._files
            }
        grown.sort(
            key=lambda each: -each[0]
        )  # the largest first, so that no thread is left with it at the end
        changed |= self._read([file for _, file in grown], on_progress)
        for file in files:
            if (hot := self._hot.get(file.where.path)) is not None:
                age = max(self._wall_clock() - file.modified_at, 0.0)
                hot.next_look = now + min(age * _HOT_SHARE, _LONGEST_HOT_SECONDS)
        changed |= self._note_time(files)
        return frozenset(changed)

    def _read(self, files: Sequence[EventFile], on_progress: Callable[[frozenset[str]], None]) -> set[str]:
        changed: set[str] = set()
        untold: set[str] = set()
        told_at = time.monotonic()
        for file, reading in self._pool.readings(files):
            with self._lock:
                if file.where.path not in self._files or not file.apply(reading):
                    continue
                self._runs[file.where.run].changed()
                self._revision += 1
            now = time.monotonic()
            self._read_bytes += file.size
            if file.where.path in self._told:
                self._hot.pop(file.where.path, None)  # its changes are told: no need to look for them
            elif self._wall_clock() - file.modified_at < _HOT_SECONDS:
                self._hot[file.where.path] = _Hot(until=now + _HOT_SECONDS)
            changed.add(file.where.run)
            untold.add(file.where.run)
            if now - told_at > _PROGRESS_SECONDS:
                on_progress(frozenset(untold))
                untold.clear()
                told_at = now
        return changed

    def _note_time(self, files: Iterable[EventFile]) -> set[str]:
        """The runs whose problems changed because time passed."""
        now = self._wall_clock()
        changed = set()
        with self._lock:
            for file in files:
                if file.where.path in self._files and file.note_time(now):
                    self._runs[file.where.run].changed()
                    self._revision += 1
                    changed.add(file.where.run)
        return changed

    @property
    def exists(self) -> bool:
        """Whether the log directory was there when it was last looked at."""
        with self._lock:
            return self._found.exists

    @property
    def revision(self) -> int:
        """That of `status`, at no cost."""
        return self._revision

    def status(self) -> Status:
        nearby = ""
        if self._state == "waiting" and self._nearby is not None:
            nearby = self._nearby.folder()  # outside of the lock: it looks at folders
        with self._lock:
            files = self._files.values()
            loaded = sum(file.loaded_bytes for file in files)
            total = max(self._expected_bytes, loaded)
            points = sum(file.extent.point_count for file in files)
            if self._problems[0] != self._revision:
                every = [problem for run in self._sorted_runs() for problem in run.problems()]
                self._problems = (self._revision, (*self._found.problems, *every))
            message = describe_status(
                self._location,
                state=self._state,
                found=self._found,
                run_count=len(self._runs),
                point_count=points,
                loaded_bytes=loaded,
                total_bytes=total,
            )
            return Status(
                self._state, message, self._revision, loaded, total, points, self._problems[1], nearby
            )

    def _sorted_runs(self) -> list[Run]:
        return sorted(self._runs.values(), key=lambda run: natural_key(run.name))

    def files(self) -> Sequence[FileInfo]:
        """Every event file, in natural order of runs and paths."""
        with self._lock:
            return [
                describe_file(file)
                for run in self._sorted_runs()
                for file in sorted(run.files.values(), key=lambda file: natural_key(file.where.relative_path))
            ]

    def folder_of(self, run: str) -> RunFolder | None:
        """The folder of a run, as it was found; None where its files are in object storage."""
        with self._lock:
            file = next(iter(self._run(run).files.values()))
            folder = self._access.folder_of(file.where.path)
        return None if folder is None else run_folder(run, folder, self._root)

    def projector_folders(self) -> Sequence[RunFolder]:
        with self._lock:
            found = self._found
        return projector_folders(found, self._root)

    def runs(self) -> Mapping[str, RunInfo]:
        with self._lock:
            return {run.name: run.info() for run in self._sorted_runs()}

    def tags(self, run: str) -> Sequence[TagInfo]:
        with self._lock:
            return self._run(run).tags()

    def scalars(self, run: str, tag: str) -> ScalarSeries:
        with self._lock:
            return self._run(run).scalars(tag)

    def samples(self, run: str, tag: str, kind: Kind) -> SampleSeries:
        with self._lock:
            return self._run(run).samples(tag, kind)

    def read_sample(self, run: str, tag: str, kind: Kind, index: int) -> bytes:
        with self._lock:
            place = self._run(run).place(tag, kind, index)
            head = place.file.head
        return read_sample_bytes(place, head)

    def _run(self, name: str) -> Run:
        if name not in self._runs:
            raise name_not_found("run", name, self._runs, where=self._location)
        return self._runs[name]


def _ignore(_: frozenset[str]) -> None:
    pass


def _access(location: str, wall_clock: Callable[[], float]) -> tuple[FileAccess, str]:
    """Where the files are, and the root in the form that their paths begin with."""
    if is_address(location):
        storage = ObjectStorage(location)
        return storage, storage.root
    root = os.path.abspath(os.path.expanduser(location))  # noqa: PTH100, PTH111 - keeps ".." of links
    return LocalFiles(root, wall_clock_ns=lambda: int(wall_clock() * 1e9)), root


def _below(relative_path: str, folders: Iterable[str]) -> bool:
    """Whether a file lies in a folder that could not be listed just now: not seen is not gone."""
    return any(folder == "." or relative_path.startswith(f"{folder}/") for folder in folders)
