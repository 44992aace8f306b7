"""A committed file of every kind: our reader and TensorBoard's find in it what was logged, and the writer still writes it.

Where the bytes change on purpose, write it anew: `python tests/compat/test_writer_golden.py`.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

import glassboard
from glassboard import SummaryWriter, _kernel
from glassboard.log import Run

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "events.out.tfevents.1700000000.golden.1.0"
WALL_TIME = 1_700_000_000.25
SOUND = np.array([[0.0, 0.5, -0.5, 1.0, -1.0], [0.25, 0.0, 0.0, 0.0, -0.25]], np.float32)
PIXELS = (np.arange(60, dtype=np.uint8) * 4).reshape(3, 4, 5)
VALUES = np.array([-2.0, -0.5, 0.0, 0.0, 1.5, 1.6, math.nan, math.inf])
TARGETS, ANSWERS = (
    np.array([0, 2, -1]),
    np.array([[0.7, 0.2, 0.1], [0.0, 0.0, 1.0], [0.2, 0.4, 0.4]], np.float32),
)


class Model(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(2, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x).relu()


def log_everything(folder: Path) -> Path:
    writer = SummaryWriter(folder)
    with writer.use_metadata(walltime=WALL_TIME):
        writer.add_scalar("scalar", 0.1, 3)
        writer.add_scalar("scalar", math.nan, 4)
        writer.add_scalar("scalar", -math.inf, (1 << 63) - 1)
        writer.add_scalar("double", 0.1, -5, double_precision=True)
        writer.add_scalar("described", 2.5, 1, display_name="Nice", summary_description="**why**")
        writer.add_scalars("several", {"a": 1, "b": 2}, 7)
        writer.add_tensor("tensor", torch.tensor([[1, 2], [3, 4]], dtype=torch.int16), 2)
        writer.add_tensor("bfloat16", torch.tensor([0.5, -3.0], dtype=torch.bfloat16))
        writer.add_histogram("histogram", VALUES, 5)
        writer.add_histogram_raw("raw", 0.0, 2.0, 3, 3.0, 5.0, [1.0, 2.0], [1, 2])
        writer.add_image("image", PIXELS, 1)
        writer.add_images("pictures", PIXELS[None], 1)
        writer.add_audio("audio", SOUND, 1, sample_rate=8000)
        writer.add_text("text", "**bold** れ", 1)
        writer.add_pr_curve("pr", [0, 1, 1, 0], [0.1, 0.9, 0.4, 0.6], 1, num_thresholds=5)
        writer.add_mesh("mesh", np.zeros((1, 3, 3)), colors=np.full((1, 3, 3), 9), faces=[[[0, 1, 2]]])
        writer.add_custom_scalars({"all": {"losses": ["Multiline", ["loss/.*"]]}})
        writer.add_hparams({"lr": 0.1, "layers": 3, "bn": True, "opt": "adam"}, {"accuracy": 0.9})
        writer.add_predictions(
            "predictions", TARGETS, ANSWERS, class_names=["a", "b", "c"], ids=["x", "y", "れ"]
        )
        writer.add_note("seen", 2)
        writer.set_tags("baseline", "to keep")
        writer.add_graph(Model(), torch.zeros(4, 2))
    writer.flush()  # not closed: the end of the session has a time of its own
    (path,) = folder.iterdir()
    return path


def records(path: Path) -> list[bytes]:
    """Every record but the first, which says when the file was begun."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        end = at + 16 + int.from_bytes(data[at : at + 8], "little")
        found.append(data[at:end])
        at = end
    return found[1:]


def comparable(path: Path) -> list[bytes]:
    """Without what differs for other reasons: a compressor's bytes (pixels are compared below), lines of this very file."""
    return [
        record for record in records(path) if b"PNG" not in record and b"test_writer_golden" not in record
    ]


@pytest.fixture(scope="module")
def run() -> Run:
    return glassboard.open(GOLDEN, cache=False).runs["."]


@pytest.fixture(scope="module")
def accumulator() -> EventAccumulator:
    every = dict.fromkeys(("scalars", "images", "tensors", "histograms", "audio", "compressedHistograms"), 0)
    return EventAccumulator(str(GOLDEN), size_guidance=every).Reload()


def test_the_writer_still_writes_these_bytes(tmp_path: Path) -> None:
    fresh, golden = comparable(log_everything(tmp_path)), comparable(GOLDEN)
    assert len(golden) > 20
    for index, (found, wanted) in enumerate(zip(fresh, golden, strict=True)):
        assert found == wanted, f"record {index}: {wanted!r}"


def test_our_reader_finds_what_was_logged(run: Run) -> None:
    scalar = run.scalars("scalar")
    assert scalar.steps.tolist() == [3, 4, (1 << 63) - 1]
    np.testing.assert_array_equal(scalar.values, [np.float32(0.1), math.nan, -math.inf])
    assert set(scalar.wall_times.tolist()) == {WALL_TIME}
    assert (run.scalars("double").values.tolist(), run.scalars("double").steps.tolist()) == ([0.1], [-5])
    assert (run.scalars("several/a").values[0], run.scalars("several/b").values[0]) == (1, 2)
    assert run.tensors("tensor")[0].to_numpy().tolist() == [[1, 2], [3, 4]]
    assert run.tensors("bfloat16")[0].to_numpy().tolist() == [0.5, -3.0]
    histogram = run.histograms("histogram")[0].read()
    assert histogram.counts.sum() == 6
    assert (histogram.nonfinite.nan, histogram.nonfinite.positive_inf) == (1, 1)
    np.testing.assert_array_equal(run.images("image")[0].to_numpy(), PIXELS.transpose(1, 2, 0))
    np.testing.assert_array_equal(run.images("pictures")[0].to_numpy(), PIXELS.transpose(1, 2, 0))
    (clip,) = run.audio("audio")[0].clips()
    assert (clip.sample_rate_hz, clip.data[:4]) == (8000.0, b"RIFF")
    assert run.texts("text")[0].read() == "**bold** れ"
    assert run.pr_curves("pr")[0].read().true_positives.tolist() == [2, 2, 1, 1, 0]
    assert dict(run.hparams) == {"lr": 0.1, "layers": 3.0, "bn": True, "opt": "adam"}
    (record,) = run.predictions("predictions")
    assert (record.targets.tolist(), record.ids) == (TARGETS.tolist(), ("x", "y", "れ"))
    np.testing.assert_array_equal(record.probabilities, ANSWERS)
    assert ([note.text for note in run.notes], run.run_tags) == (["seen"], ("baseline", "to keep"))
    assert run.graphs()[0].read().modules[0].flops == 2 * 4 * 2 * 3 + 4 * 3


def test_tensorboards_reader_finds_the_same(run: Run, accumulator: EventAccumulator) -> None:
    scalars = accumulator.Scalars("scalar")
    assert [each.step for each in scalars] == run.scalars("scalar").steps.tolist()
    np.testing.assert_array_equal([each.value for each in scalars], run.scalars("scalar").values)
    for tag in ("double", "described"):
        (event,) = accumulator.Tensors(tag)
        assert float(tensor_util.make_ndarray(event.tensor_proto)) == run.scalars(tag).values[0]
    (event,) = accumulator.Tensors("tensor")
    np.testing.assert_array_equal(
        tensor_util.make_ndarray(event.tensor_proto), run.tensors("tensor")[0].to_numpy()
    )
    (event,) = accumulator.Tensors("bfloat16")  # which TensorBoard's NumPy cannot hold
    assert event.tensor_proto.tensor_content == bytes.fromhex("003f40c0")
    for tag in ("histogram", "raw"):
        (event,) = accumulator.Histograms(tag)
        assert sum(event.histogram_value.bucket) == run.histograms(tag)[0].read().counts.sum()
    for tag in ("image", "pictures"):
        assert accumulator.Images(tag)[0].encoded_image_string == run.images(tag)[0].read()
    assert accumulator.Audio("audio")[0].encoded_audio_string == run.audio("audio")[0].read()
    (event,) = accumulator.Tensors("text/text_summary")
    assert tensor_util.make_ndarray(event.tensor_proto).tolist() == ["**bold** れ".encode()]
    curve = tensor_util.make_ndarray(accumulator.Tensors("pr")[0].tensor_proto)
    np.testing.assert_array_equal(curve[0], run.pr_curves("pr")[0].read().true_positives)
    assert {node.name for node in accumulator.Graph().node} == {
        node.name for node in run.graphs()[0].read().nodes
    }


def test_every_record_is_sound() -> None:
    scanner = _kernel.EventScanner()
    data = GOLDEN.read_bytes()
    assert scanner.feed(data) == len(data)
    assert glassboard.open(GOLDEN, cache=False).problems == ()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        GOLDEN.write_bytes(log_everything(Path(folder)).read_bytes())
