"""Any shape, dtype and value of every kind: what was logged is what is read, or it is refused at the call."""

from __future__ import annotations

import io
import tempfile
import wave
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import glassboard
from glassboard import SummaryWriter
from glassboard.log import Run

BRIEF = settings(max_examples=20)
DTYPES = st.sampled_from(("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?", "c8", "c16"))
HPARAMS = st.one_of(st.floats(), st.booleans(), st.text(max_size=20))
STEPS = st.integers(-(1 << 63), (1 << 63) - 1)


def written(log: Callable[[SummaryWriter], Any]) -> Run:
    """The run that holds what `log` wrote, all of it in memory."""
    with tempfile.TemporaryDirectory() as folder:
        writer = SummaryWriter(folder)
        log(writer)
        writer.close()
        assert writer.health.is_well
        opened = glassboard.open(folder, cache=False)
        assert opened.problems == ()
        run = opened.runs["."]
        run.held = {  # type: ignore[attr-defined]
            tag: [run._provider.read_sample(".", tag, kind, i) for i in range(info.point_count)]
            for info in run._provider.tags(".")
            for tag, kind in [(info.tag, info.kind)]
            if kind != "scalar"
        }
        run._provider.read_sample = lambda run_, tag, kind, i: run.held[tag][i]  # type: ignore
        return run


@BRIEF
@given(st.lists(st.tuples(STEPS, st.floats(width=64)), min_size=1, max_size=20), st.booleans())
def test_scalars(points: list[tuple[int, float]], is_double: bool) -> None:
    def log(writer: SummaryWriter) -> None:
        for step, value in points:
            writer.add_scalar("x", value, step, double_precision=is_double)

    run = written(log)
    found = run.scalars("x")
    assert found.steps.tolist() == [step for step, _ in points]
    wanted = np.array([value for _, value in points])
    wide = is_double | ((np.abs(wanted) > np.finfo(np.float32).max) & np.isfinite(wanted))
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(found.values, np.where(wide, wanted, wanted.astype(np.float32)))


@BRIEF
@given(
    DTYPES.flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
    )
)
def test_tensors(array: npt.NDArray[Any]) -> None:
    found = written(lambda writer: writer.add_tensor("x", array)).tensors("x")[0].to_numpy()
    assert (found.shape, found.dtype) == (array.shape, array.dtype)
    np.testing.assert_array_equal(found, array)


@BRIEF
@given(
    hnp.arrays("u1", st.tuples(st.sampled_from((1, 3, 4)), st.integers(1, 9), st.integers(1, 9))),
    st.permutations("CHW"),
)
def test_images_in_any_order_of_axes(pixels: npt.NDArray[np.uint8], axes: list[str]) -> None:
    moved = pixels.transpose(["CHW".index(axis) for axis in axes])
    run = written(lambda writer: writer.add_image("x", moved, dataformats="".join(axes)))
    found = run.images("x")[0].to_numpy()
    np.testing.assert_array_equal(found.reshape(*pixels.shape[1:], -1), pixels.transpose(1, 2, 0))


@BRIEF
@given(
    hnp.arrays(
        st.sampled_from(("f2", "f4", "f8")), st.tuples(st.just(3), st.integers(1, 5), st.integers(1, 5))
    )
)
def test_images_of_any_floats_are_pictures(values: npt.NDArray[Any]) -> None:
    found = written(lambda writer: writer.add_image("x", values)).images("x")[0].to_numpy()
    assert found.shape == (*values.shape[1:], 3)


@BRIEF
@given(hnp.arrays("i2", st.tuples(st.integers(1, 2), st.integers(3, 50))), st.integers(1, 192_000))
def test_sound_of_integers(samples: npt.NDArray[np.int16], rate: int) -> None:
    clip = written(lambda writer: writer.add_audio("x", samples, sample_rate=rate)).audio("x")[0].clips()[0]
    with wave.open(io.BytesIO(clip.data)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (len(samples), rate, 2)
        found = np.frombuffer(file.readframes(1 << 20), "<i2").reshape(-1, len(samples)).T
    np.testing.assert_array_equal(found, samples)


@BRIEF
@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_texts_and_tags_of_any_characters(text: str, tag: str) -> None:
    run = written(lambda writer: writer.add_text(tag, text))
    (name,) = run.tags
    assert name == f"{tag}/text_summary"
    assert run.texts(tag)[0].read() == text


@BRIEF
@given(st.integers(1, 200).flatmap(lambda n: st.tuples(
    hnp.arrays("i8", n, elements=st.integers(0, 1)), hnp.arrays("f4", n, elements=st.floats(0, 1, width=32)),
)), st.integers(2, 300))  # fmt: skip
def test_curves_count_every_element(
    data: tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]], thresholds: int
) -> None:
    labels, predictions = data
    run = written(lambda writer: writer.add_pr_curve("x", labels, predictions, num_thresholds=thresholds))
    curve = run.pr_curves("x")[0].read()
    assert len(curve.true_positives) == thresholds
    total = curve.true_positives + curve.false_positives + curve.true_negatives + curve.false_negatives
    assert set(total.tolist()) == {len(labels)}
    assert (curve.true_positives[0], curve.false_positives[0]) == (labels.sum(), (1 - labels).sum())


@BRIEF
@given(
    hnp.arrays(
        st.sampled_from(("f4", "f8", "i4")), st.tuples(st.integers(1, 3), st.integers(1, 9), st.just(3))
    )
)
def test_meshes(vertices: npt.NDArray[Any]) -> None:
    run = written(lambda writer: writer.add_mesh("x", vertices))
    found = run.tensors("x_VERTEX", kind=glassboard.types.Kind.MESH)[0].to_numpy()
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(found, vertices.astype(np.float32))


@BRIEF
@given(st.dictionaries(st.text(min_size=1, max_size=9), HPARAMS, min_size=1, max_size=6))
def test_hyperparameters(values: dict[str, Any]) -> None:
    found = written(lambda writer: writer.add_hparams(values, {"metric": 1.0})).hparams
    assert found.keys() == values.keys()
    for name, value in values.items():
        np.testing.assert_equal(found[name], value)
