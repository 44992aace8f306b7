"""A provider over files: one log directory, or several under names of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from glassboard.store.file_info import FileInfo
from glassboard.store.provider import Provider

__all__ = ["LogSource", "RunFolder", "run_folder"]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder on this machine, of a run or with a projector config."""

    run: str
    """Beside a projector config the run need not be there: such a folder may hold no event file."""
    folder: Path
    root: Path
    """The log directory: files that are named in the log may lie anywhere in it, and nowhere else."""


def run_folder(run: str, folder: Path, location: str) -> RunFolder:
    """`location` is the log directory, or the one file that it is: then files below the folder of that may be read."""
    root = Path(location)
    return RunFolder(run, folder, root if folder.is_relative_to(root) else folder)


class LogSource(Provider, Protocol):
    """What the server, the command line and `glassboard.open` need beyond reading."""

    def refresh(self, *, on_progress: Callable[[frozenset[str]], None] | None = None) -> frozenset[str]:
        """As `Provider.refresh`; `on_progress` is called now and then with the runs that changed since its last call."""

    def poll(self, *, on_progress: Callable[[frozenset[str]], None] | None = None) -> frozenset[str]:
        """`refresh` for calling ten times a second."""

    def watch(self, wake: Callable[[], None]) -> None:
        """From now on calls `wake`, from any thread, when a `poll` would find news, where that can be told."""

    def unwatch(self) -> None: ...

    def quiet_secs(self) -> float:
        """For how long a `poll` will find nothing unless `wake` is called; 0 where not every change is told."""

    def interrupt(self) -> None:
        """Makes a `refresh` or `poll` in progress come back soon; what it left is read by the next one."""

    def rest(self) -> None:
        """Ends the threads that read, until they are needed again. What was read is still being kept for next time."""

    def close(self) -> None:
        """Interrupts reading and ends every thread; the source may be used on."""

    @property
    def exists(self) -> bool:
        """Whether every log directory was there when it was last looked at."""

    def files(self) -> Sequence[FileInfo]:
        """Every event file, in natural order of runs and paths."""

    def folder_of(self, run: str) -> RunFolder | None:
        """The folder of a run on this machine; None where its files are elsewhere."""

    def projector_folders(self) -> Sequence[RunFolder]:
        """In natural order of their runs. The revision grows where one comes, goes, or its config changes."""
