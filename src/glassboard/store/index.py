"""What was read of one log directory, kept between processes: disposable, and never believed in doubt."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from glassboard.errors import CorruptError
from glassboard.store.file_reader import KeptFile
from glassboard.store.index_folder import INDEX_LIMIT_BYTES, PACK_SUFFIX, PARTIAL_SUFFIX, IndexFolder
from glassboard.store.index_pack import Pack, Snapshot, write_pack

__all__ = ["LogIndex"]

_MOST_PACKS = 8


@dataclass(slots=True)
class _PackState:
    """A pack as this process knows it: which files it is the newest word on."""

    path: Path
    size: int
    live: dict[str, int] = field(default_factory=dict)
    """Path of an event file -> bytes."""

    @property
    def is_mostly_dead(self) -> bool:
        return sum(self.live.values()) * 2 < self.size


class LogIndex:
    """The index of one log directory. `open` and `save` are for one thread at a time. See docs/design/0005-index.md.

    Nothing here raises for the state of the disk: an index that cannot be read is none, and one that cannot be written
    is not written.
    """

    def __init__(self, root: str, *, base: Path | None = None, limit_bytes: int = INDEX_LIMIT_BYTES) -> None:
        self._folder = IndexFolder(root, base=base, limit_bytes=limit_bytes)
        self._packs: list[_PackState] = []

    def open(self) -> Mapping[str, KeptFile]:
        """By path relative to the log directory: what was read of each event file, as of the newest pack that has it."""
        found: dict[str, KeptFile] = {}
        self._packs = []
        for path in self._folder.packs():
            try:
                pack = Pack(path, self._folder.root)
            except CorruptError:
                _remove(path)
                continue
            except (OSError, MemoryError):
                continue
            state = _PackState(path, pack.size)
            for entry in pack.entries:
                if entry.path not in found:
                    found[entry.path] = entry
                    state.live[entry.path] = entry.length
            if state.live or not pack.entries:
                self._packs.append(state)
            else:
                _remove(path)  # newer packs say all it says
        self._folder.mark_used()
        return found

    def to_rewrite(self) -> set[str]:
        """Files that the next save should write although they have no news, so that packs can go."""
        stale = [pack for pack in self._packs if pack.is_mostly_dead]
        if len(self._packs) >= _MOST_PACKS:
            stale = self._packs
        return {path for pack in stale for path in pack.live}

    def save(
        self,
        snapshots: Sequence[Snapshot],
        present: Collection[str],
        *,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Writes one pack and removes those that it makes needless; says whether it did. Blocks.

        `present` are the paths of all event files there are: what is kept of others is dead.
        """
        wanted = sum(_bytes_of(snapshot) for snapshot in snapshots)
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        partial = self._folder.path / f"{name}{PARTIAL_SUFFIX}"
        final = partial.with_suffix(PACK_SUFFIX)
        try:
            if not self._folder.make_room(wanted):
                return False
            with partial.open("xb", buffering=1 << 20) as out:
                whole = write_pack(out, self._folder.root, snapshots, is_stopped=is_stopped)
            if not whole:
                _remove(partial)
                return False
            size = partial.stat().st_size
            partial.rename(final)
        except OSError:
            _remove(partial)
            return False
        written = {snapshot.path: _bytes_of(snapshot) for snapshot in snapshots}
        for pack in self._packs:
            pack.live = {
                path: length for path, length in pack.live.items() if path in present and path not in written
            }
            if not pack.live:
                _remove(pack.path)
        self._packs = [pack for pack in self._packs if pack.live]
        self._packs.append(_PackState(final, size, written))
        return True


def _bytes_of(snapshot: Snapshot) -> int:
    rows = int(snapshot.scalars.starts[-1]) * 24 + int(snapshot.samples.starts[-1]) * 32
    groups = len(snapshot.scalars.series) + len(snapshot.samples.series)
    return rows + groups * 12 + 32


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
