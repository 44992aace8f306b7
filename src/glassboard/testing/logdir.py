"""Log directories that are told as stories: what was logged, by how many writers, and what broke.

Every call writes to disk at once, so a growing file is simply a later call:

    run = LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0, float("nan")])
    ...                                  # read
    run.scalars("loss", [0.5], first_step=2).truncate(-3)
    ...                                  # read again: the last record is cut
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from glassboard.codec.payloads import hparams, mesh
from glassboard.codec.payloads.hparams import (
    Experiment,
    HParam,
    MetricInfo,
    SessionEnd,
    SessionStart,
    Status,
)
from glassboard.codec.payloads.mesh import Part
from glassboard.codec.payloads.tensor import DT_FLOAT
from glassboard.testing import records
from glassboard.writer.tensor import TensorJob

__all__ = ["FIRST_WALL_TIME", "LogdirBuilder", "RunBuilder"]

FIRST_WALL_TIME = 1_700_000_000.0
"""Seconds since the epoch at which every story begins; step n is written n seconds later unless it says otherwise."""


class LogdirBuilder:
    """A log directory below `root`, which is made when the first run is."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(root)

    def run(self, name: str = ".", *, file_name: str | None = None) -> RunBuilder:
        """A new writer in the run `name`: its event file exists and holds a version record."""
        return RunBuilder(self.root / name, file_name=file_name)

    def garbage(self, path: str, data: bytes) -> LogdirBuilder:
        """A file of any bytes at `path` below the root."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return self


class RunBuilder:
    """One event file that grows with every call; each call returns the builder."""

    def __init__(
        self, folder: Path, *, file_name: str | None = None, wall_time: float = FIRST_WALL_TIME
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        count = sum("tfevents" in entry.name for entry in folder.iterdir())
        self.folder = folder
        self.path = folder / (file_name or f"events.out.tfevents.{int(wall_time)}.host.1.{count}")
        self.path.write_bytes(records.file_version(wall_time))

    def writer(self, *, file_name: str | None = None) -> RunBuilder:
        """Another writer in the same folder: a run that was started again, or a second process."""
        return RunBuilder(self.folder, file_name=file_name)

    def raw(self, data: bytes) -> RunBuilder:
        """Appends bytes as they are."""
        with self.path.open("ab") as file:
            file.write(data)
        return self

    def scalars(
        self,
        tag: str,
        values: Sequence[float],
        *,
        first_step: int = 0,
        steps: Sequence[int] | None = None,
        wall_times: Sequence[float] | None = None,
        tensor: bool = False,
    ) -> RunBuilder:
        """One event a value, at `steps` or from `first_step` on; `tensor` picks the newer, float64 form."""
        steps = range(first_step, first_step + len(values)) if steps is None else steps
        wall_times = [FIRST_WALL_TIME + step for step in steps] if wall_times is None else wall_times
        out = []
        for step, wall_time, value in zip(steps, wall_times, values, strict=True):
            double, single = records.tensor_scalar_value, records.scalar_value
            encoded = double(tag, value, double=True) if tensor else single(tag, value)
            out.append(records.summary(wall_time, step, encoded))
        return self.raw(b"".join(out))

    def value(self, encoded: bytes, *, step: int = 0, wall_time: float | None = None) -> RunBuilder:
        """One event with one encoded `Summary.Value`."""
        return self.raw(
            records.summary(FIRST_WALL_TIME + step if wall_time is None else wall_time, step, encoded)
        )

    def text(self, tag: str, *strings: str, step: int = 0) -> RunBuilder:
        return self.value(records.text_value(tag, strings), step=step)

    def image(
        self, tag: str, *, shade: int = 128, size: tuple[int, int] = (4, 3), step: int = 0
    ) -> RunBuilder:
        """A grey PNG of `size` (width, height)."""
        width, height = size
        buffer = io.BytesIO()
        Image.fromarray(np.full((height, width), shade, np.uint8)).save(buffer, "PNG")
        value = records.image_value(tag, buffer.getvalue(), height=height, width=width, channels=1)
        return self.value(value, step=step)

    def histogram(
        self, tag: str, limits: Sequence[float], counts: Sequence[float], *, step: int = 0
    ) -> RunBuilder:
        return self.value(records.histogram_value(tag, limits, counts), step=step)

    def mesh(
        self,
        name: str,
        vertices: npt.ArrayLike,
        *,
        faces: npt.ArrayLike | None = None,
        colors: npt.ArrayLike | None = None,
        config: str = "{}",
        step: int = 0,
    ) -> RunBuilder:
        """Its parts as any writer may log them: nobody compares their shapes, nor what faces name."""
        parts = {Part.VERTEX: vertices, Part.FACE: faces, Part.COLOR: colors}
        given = {part: np.asarray(array, "<f4") for part, array in parts.items() if array is not None}
        for part, array in given.items():
            content = mesh.encode_content(name, part, given, array.shape, config)
            self.raw(
                TensorJob(
                    mesh.tag_of(name, part),
                    step,
                    FIRST_WALL_TIME + step,
                    DT_FLOAT,
                    array.shape,
                    array.tobytes(),
                    mesh.PLUGIN_NAME,
                    content,
                ).encode()
            )
        return self

    def hparams(
        self,
        values: Mapping[str, HParam] | None = None,
        *,
        metrics: Sequence[tuple[str, str]] = (),
        group_name: str = "",
        status: Status | None = Status.SUCCESS,
    ) -> RunBuilder:
        """A session: the experiment where there are `metrics` (group, tag), a start where there are `values`, and an end."""
        if metrics:
            described = Experiment(metrics=tuple(MetricInfo(tag, group) for group, tag in metrics))
            self._hparams(hparams.EXPERIMENT_TAG, hparams.encode_experiment(described))
        if values is not None:
            start = SessionStart(values, group_name, FIRST_WALL_TIME)
            self._hparams(hparams.SESSION_START_TAG, hparams.encode_session_start(start))
            if status is not None:
                end = SessionEnd(status, FIRST_WALL_TIME + 60)
                self._hparams(hparams.SESSION_END_TAG, hparams.encode_session_end(end))
        return self

    def _hparams(self, tag: str, content: bytes) -> None:
        self.value(records.text_value(tag, [], meta=records.metadata(hparams.PLUGIN_NAME, content=content)))

    def graph(self, graph_def: bytes) -> RunBuilder:
        return self.raw(records.graph(FIRST_WALL_TIME, graph_def))

    def session_start(self, step: int) -> RunBuilder:
        """The marker that TensorFlow's supervisor writes when a session begins again."""
        return self.raw(records.session_start(FIRST_WALL_TIME + step, step))

    def truncate(self, size: int) -> RunBuilder:
        """Cuts the file to `size` bytes; a negative size cuts that many off the end."""
        size = size if size >= 0 else self.path.stat().st_size + size
        os.truncate(self.path, size)
        return self

    def flip(self, offset: int, mask: int = 0xFF) -> RunBuilder:
        """Inverts the bits of `mask` in one byte; a negative offset counts from the end."""
        data = bytearray(self.path.read_bytes())
        data[offset] ^= mask
        with self.path.open("r+b") as file:
            file.write(data)
        return self

    def replace(self) -> RunBuilder:
        """A new file takes the place of the old one under the same name, as a copy or a move does."""
        fresh = self.path.with_name("fresh.partial")
        fresh.write_bytes(records.file_version(FIRST_WALL_TIME + 1))
        fresh.replace(self.path)
        return self

    def delete(self) -> RunBuilder:
        self.path.unlink()
        return self
