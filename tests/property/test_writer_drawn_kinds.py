"""Videos, boxes, figures, embeddings and counted histograms of any shape, dtype and value, read by us and by TensorBoard."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.projector import projector_plugin

import glassboard
from glassboard import SummaryWriter
from glassboard.log import Run

FEW = settings(max_examples=10)
REAL = st.sampled_from(("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"))
STEPS = st.integers(-(1 << 63), (1 << 63) - 1)
LABELS = st.text(max_size=12)


@contextmanager
def written(log: Callable[[SummaryWriter], Any]) -> Iterator[tuple[Run, EventAccumulator]]:
    """The run that holds what `log` wrote, as our reader and as TensorBoard's has it."""
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(folder) as writer:
            log(writer)
        assert writer.health.is_well, writer.health
        opened = glassboard.open(folder, cache=False)
        assert opened.problems == ()
        board = EventAccumulator(folder, size_guidance={"images": 0, "histograms": 0})
        with np.errstate(all="ignore"):  # TensorBoard makes percentiles of every histogram
            board.Reload()
        yield opened.runs["."], board


def frames_of(gif: bytes) -> list[npt.NDArray[np.uint8]]:
    picture = Image.open(io.BytesIO(gif))
    found = []
    for i in range(getattr(picture, "n_frames", 1)):
        picture.seek(i)
        found += [np.asarray(picture.convert("L"))] * round(picture.info["duration"] / 100)
    return found


@FEW
@given(
    hnp.arrays(
        "u1", st.tuples(st.just(1), st.integers(1, 5), st.just(1), st.integers(1, 20), st.integers(1, 20))
    ),
    STEPS,
)
def test_every_frame_of_a_grey_gif(videos: npt.NDArray[np.uint8], step: int) -> None:
    with written(lambda writer: writer.add_video("x", videos, step, fps=10, file_format="gif")) as (
        run,
        board,
    ):
        found = run.images("x")
        assert found.steps.tolist() == [step]
        frames = frames_of(found[0].read())
        np.testing.assert_array_equal(np.stack(frames), videos[0, :, 0])
        (event,) = board.Images("x")
        assert (event.step, event.height, event.width) == (step, *videos.shape[3:])
        assert event.encoded_image_string == found[0].read()


@FEW
@given(
    REAL.flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            st.tuples(
                *(st.integers(1, high) for high in (2, 3)), st.sampled_from((1, 3)), *[st.integers(1, 9)] * 2
            ),
        )
    ),
    st.sampled_from(("webm", "mp4")),
    st.floats(0.5, 240),
)
def test_videos_of_any_values_are_played(videos: npt.NDArray[Any], file_format: str, fps: float) -> None:
    count, frame_count, _, height, width = videos.shape
    with written(lambda writer: writer.add_video("x", videos, 3, fps=fps, file_format=file_format)) as (
        run,
        board,
    ):
        found = run.videos("x")[0].video()
        assert (found.frame_count, found.height, found.width) == (frame_count, height, width * count)
        assert found.frames_per_second == fps
        with av.open(io.BytesIO(found.data)) as container:
            assert sum(1 for _ in container.decode(video=0)) == frame_count
        (event,) = board.Images("x")  # which shows the first frame
        assert (event.step, event.height, event.width) == (3, height, width * count)
        assert event.encoded_image_string == run.videos("x")[0].still()
        assert Image.open(io.BytesIO(event.encoded_image_string)).size == (width * count, height)


@FEW
@given(
    REAL.flatmap(
        lambda dtype: hnp.arrays(
            dtype, st.tuples(st.sampled_from((1, 2, 3, 4)), st.integers(1, 30), st.integers(1, 30))
        )
    ),
    st.lists(st.tuples(*[st.floats()] * 4, LABELS), max_size=5),
    st.floats(0.1, 3),
)
def test_boxes_of_any_coordinates_and_labels(
    image: npt.NDArray[Any], boxes: list[tuple[float, float, float, float, str]], rescale: float
) -> None:
    corners, labels = [box[:4] for box in boxes], [box[4] for box in boxes]

    def log(writer: SummaryWriter) -> None:
        writer.add_image_with_boxes("x", image, corners, 1, rescale=rescale, labels=labels)

    with written(log) as (run, board):
        height, width = (max(1, round(side * rescale)) for side in image.shape[1:])
        assert run.images("x")[0].to_numpy().shape == (height, width, 3)
        (event,) = board.Images("x")
        assert (event.height, event.width) == (height, width)
        assert event.encoded_image_string == run.images("x")[0].read()


@FEW
@given(
    hnp.arrays("u1", st.just((3, 24, 32))),
    st.lists(st.tuples(*[st.integers(-9, 40)] * 4), min_size=1, max_size=4),
)
def test_boxes_change_their_outlines_and_nothing_else(
    image: npt.NDArray[np.uint8], corners: list[tuple[int, int, int, int]]
) -> None:
    wanted = image.transpose(1, 2, 0).copy()
    for left, top, right, bottom in corners:
        (x0, x1), (y0, y1) = sorted((left, right)), sorted((top, bottom))
        for y in range(24):
            for x in range(32):
                is_inside = x0 <= x <= x1 and y0 <= y <= y1
                if is_inside and (x in (x0, x1) or y in (y0, y1)):
                    wanted[y, x] = 1, 2, 3
    with written(lambda writer: writer.add_image_with_boxes("x", image, corners, box_colors=(1, 2, 3))) as (
        run,
        _,
    ):
        np.testing.assert_array_equal(run.images("x")[0].to_numpy(), wanted)


@FEW
@given(
    st.floats(0.2, 3),
    st.floats(0.2, 3),
    st.integers(20, 90),
    st.sampled_from(("white", "none", "#10203040")),
    hnp.arrays("f8", st.integers(0, 20)),
)
@pytest.mark.filterwarnings("ignore")  # of Matplotlib, about values that leave no room for ticks
def test_figures_are_what_matplotlib_draws(
    width: float, height: float, dpi: int, face: str, values: npt.NDArray[np.float64]
) -> None:
    figure = Figure(figsize=(width, height), dpi=dpi, facecolor=face)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    # What Matplotlib itself cannot draw is not ours to log.
    axes.plot(np.where(np.abs(values) < 1e100, values, np.nan))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    wanted = np.array(canvas.buffer_rgba())
    assume(wanted.size > 0)
    with written(lambda writer: writer.add_figure("x", figure, 2)) as (run, board):
        found = run.images("x")[0].to_numpy()
        np.testing.assert_array_equal(found, wanted[..., : found.shape[2]])
        assert found.shape[2] == (3 if (wanted[..., 3] == 255).all() else 4)
        (event,) = board.Images("x")
        assert (event.step, event.height, event.width) == (2, *wanted.shape[:2])


def read_by_tensorboard(path: Path, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """The tensor file as TensorBoard's projector takes it: text where it can be decoded, else raw floats."""
    try:
        return np.array(projector_plugin._read_tensor_tsv_file(str(path)), np.float32)
    except UnicodeDecodeError:
        return np.array(projector_plugin._read_tensor_binary_file(str(path), shape), np.float32).reshape(
            shape
        )


@FEW
@given(
    REAL.flatmap(lambda dtype: hnp.arrays(dtype, st.tuples(st.integers(1, 8), st.integers(1, 6)))),
    st.data(),
    st.text(min_size=1, max_size=20).filter(lambda tag: tag not in (".", "..")),
    st.integers(0, 1 << 40),
)
def test_embeddings(points: npt.NDArray[Any], data: st.DataObject, tag: str, step: int) -> None:
    count = len(points)
    column_count = data.draw(st.integers(0, 3))
    rows = data.draw(st.lists(st.tuples(*[LABELS] * max(column_count, 1)), min_size=count, max_size=count))
    header = data.draw(st.lists(LABELS, min_size=column_count, max_size=column_count)) or None
    pictures = data.draw(
        st.none()
        | hnp.arrays("u1", st.tuples(st.just(count), st.sampled_from((1, 3)), *[st.integers(1, 5)] * 2))
    )
    metadata: list[Any] = [list(row) for row in rows] if header else [row[0] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(folder) as writer:
            writer.add_scalar("x", 1.0)
            writer.add_embedding(points, metadata, pictures, step, tag, header)
        assert writer.health.is_well, writer.health
        ((name, found),) = glassboard.open(folder, cache=False).runs["."].embeddings.items()
        assert name == f"{tag}:{step:05d}"
        with np.errstate(over="ignore"):
            wanted = points.astype(np.float32)
        np.testing.assert_array_equal(found.to_numpy(), wanted)
        theirs = read_by_tensorboard(Path(folder) / found.entry.tensor_path, wanted.shape)
        np.testing.assert_array_equal(theirs, wanted)
        _, read = found.metadata()
        assert read == [tuple(re.sub(r"[\t\n\r]", " ", cell) for cell in row) for row in rows]
        if pictures is not None:
            sheet = np.asarray(Image.open(io.BytesIO(found.sprite())))
            columns = int(np.ceil(np.sqrt(count)))
            height, width = pictures.shape[2:]
            for i, picture in enumerate(pictures):
                y, x = i // columns * height, i % columns * width
                cell = sheet[y : y + height, x : x + width].reshape(height, width, -1)
                np.testing.assert_array_equal(cell, picture.transpose(1, 2, 0))


@settings(max_examples=25)
@given(
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=20).map(sorted),
    st.data(),
    st.tuples(*[st.floats()] * 5),
    STEPS,
)
def test_counted_histograms_are_written_as_they_are(
    limits: list[float], data: st.DataObject, statistics: tuple[float, ...], step: int
) -> None:
    counts = data.draw(st.lists(st.floats(0, 1e300), min_size=len(limits), max_size=len(limits)))
    with written(lambda writer: writer.add_histogram_raw("x", *statistics, limits, counts, step)) as (
        run,
        board,
    ):
        (event,) = board.Histograms("x")
        value = event.histogram_value
        assert event.step == step
        np.testing.assert_array_equal(
            [value.min, value.max, value.num, value.sum, value.sum_squares], statistics
        )
        np.testing.assert_array_equal(value.bucket_limit, limits)
        np.testing.assert_array_equal(value.bucket, counts)
        found = run.histograms("x")[0].read()
        filled = np.flatnonzero(counts)
        assert found.counts.tolist() == (counts[filled[0] : filled[-1] + 1] if filled.size else [])
        if filled.size:
            np.testing.assert_array_equal([found.minimum, found.maximum], statistics[:2])
        np.testing.assert_array_equal([found.count, found.total, found.total_of_squares], statistics[2:])


@FEW
@given(st.lists(st.floats(), min_size=2, max_size=6))
def test_limits_that_do_not_ascend_are_refused(limits: list[float]) -> None:
    assume(not all(low <= high for low, high in pairwise(limits)))
    refused = pytest.raises(glassboard.errors.MisuseError, match="wanted numbers that ascend")
    with tempfile.TemporaryDirectory() as folder, SummaryWriter(folder) as writer, refused:
        writer.add_histogram_raw("x", 0, 1, 1, 1, 1, limits, [1] * len(limits))
