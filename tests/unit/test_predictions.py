"""Per-sample evaluation records: every row comes back, from any size, type and layout; damage is told."""

from __future__ import annotations

import dataclasses
import io
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from glassboard import SummaryWriter, _kernel
from glassboard.codec.payloads import predictions as payload
from glassboard.codec.payloads.predictions import PredictionsPart
from glassboard.errors import CorruptError, MisuseError
from glassboard.writer import predictions

RNG = np.random.default_rng(0)


def parts_of(folder: Path, tag: str = "eval") -> list[PredictionsPart]:
    """Every part of a tag in file order."""
    found = []
    for path in sorted(folder.glob("events*")):
        data = path.read_bytes()
        scanner = _kernel.EventScanner()
        assert scanner.feed(data) == len(data)
        samples = scanner.take().samples
        for i, series in enumerate(samples.series):
            assert scanner.series[series].plugin_name == "glassboard_predictions"
            if scanner.series[series].tag.decode() == tag:
                for k in range(samples.starts[i], samples.starts[i + 1]):
                    at = int(samples.offsets[k])
                    value = _kernel.decode_value(data[at : at + int(samples.lengths[k])])
                    found.append(payload.decode(value))
    return found


def image_of(part: PredictionsPart, row: int) -> np.ndarray:
    assert part.sheets is not None
    sheet, left, top = part.sheets.locate(row)
    picture = Image.open(io.BytesIO(part.sheets.encoded[sheet]))
    return np.asarray(picture.crop((left, top, left + part.sheets.width, top + part.sheets.height)))


def test_every_column_of_a_record(tmp_path):
    rows, classes = 1300, 10
    targets = RNG.integers(-1, classes, rows)
    answers = RNG.dirichlet(np.ones(classes), rows).astype(np.float32)
    answers[5] = math.nan
    images = RNG.integers(0, 256, (rows, 1, 7, 9)).astype(np.uint8)
    ids = [f"{i:04d}.png れ" for i in range(rows)]
    names = list("おきすつなはまやれを")
    with SummaryWriter(tmp_path) as writer:
        writer.add_predictions(
            "eval",
            torch.from_numpy(targets),
            torch.from_numpy(answers).requires_grad_(),
            images=images,
            ids=ids,
            class_names=names,
            global_step=4,
            walltime=7.5,
        )
    (part,) = parts_of(tmp_path)
    assert (part.first_row, part.total_row_count) == (0, rows)
    np.testing.assert_array_equal(part.targets, targets)
    np.testing.assert_array_equal(part.probabilities, answers)
    assert part.probabilities.dtype == np.float32
    assert part.ids == tuple(ids)
    assert part.class_names == tuple(names)
    for row in (0, 31, 32, 1023, 1024, rows - 1):
        np.testing.assert_array_equal(image_of(part, row), images[row, 0])


def test_a_large_record_comes_in_parts_that_join(tmp_path, monkeypatch):
    monkeypatch.setattr(predictions, "MAX_PART_ROWS", 100)
    targets, answers = RNG.integers(0, 2, 950), RNG.random(950)
    images = RNG.random((950, 3, 4, 3))
    with SummaryWriter(tmp_path) as writer:
        writer.add_predictions("eval", targets, answers, ids=np.arange(950) * 7, images=images)
        writer.add_predictions("eval", [1], [[0.25, 0.75]], global_step=1)
    *parts, last = parts_of(tmp_path)
    assert [part.first_row for part in parts] == list(range(0, 950, 100))
    assert {part.total_row_count for part in parts} == {950}
    np.testing.assert_array_equal(np.concatenate([part.targets for part in parts]), targets)
    np.testing.assert_array_equal(
        np.concatenate([part.probabilities for part in parts])[:, 0], answers.astype(np.float32)
    )
    np.testing.assert_array_equal(np.concatenate([part.ids for part in parts]), np.arange(950) * 7)
    np.testing.assert_array_equal(
        image_of(parts[9], 49), (images[949] * np.float32(255)).astype(np.uint8).transpose(1, 2, 0)
    )
    assert (last.ids, last.sheets, last.class_names) == (None, None, ())
    assert last.probabilities.tolist() == [[0.25, 0.75]]


def test_half_precision_is_kept(tmp_path):
    answers = RNG.random((20, 3)).astype(np.float16)
    with SummaryWriter(tmp_path) as writer:
        writer.add_predictions("eval", [0] * 20, answers)
        writer.add_predictions("brain", [0] * 20, torch.from_numpy(answers).to(torch.bfloat16))
    (part,) = parts_of(tmp_path)
    assert part.probabilities.dtype == np.float16
    np.testing.assert_array_equal(part.probabilities, answers)
    assert parts_of(tmp_path, "brain")[0].probabilities.dtype == np.float32


def test_what_changes_later_is_not_logged(tmp_path):
    targets, answers, images = (
        np.zeros(5, int),
        np.full((5, 2), 0.5, np.float32),
        np.zeros((5, 3, 3), np.uint8),
    )
    jobs = list(
        predictions.prepare(
            "t", 0, 0.0, targets, answers, images=images, ids=None, class_names=None, dataformats="NCHW"
        )
    )
    targets += 1
    answers += 1
    images += 9
    assert jobs[0].part.targets.tolist() == [0] * 5
    assert (jobs[0].part.probabilities == 0.5).all()
    assert not jobs[0].images.any()


@pytest.mark.parametrize(
    ("images", "dataformats", "shape"),
    [
        (np.zeros((2, 3, 5, 4)), "NCHW", (5, 4, 3)),
        (np.zeros((2, 5, 4, 3)), "NHWC", (5, 4, 3)),
        (np.zeros((2, 5, 4)), "NCHW", (5, 4, 1)),
        (torch.zeros(2, 1, 5, 4), "NCHW", (5, 4, 1)),
        ([Image.new("L", (4, 5)), Image.new("L", (4, 5))], "NCHW", (5, 4, 1)),
        ([Image.new("RGB", (4, 5))] * 2, "NCHW", (5, 4, 3)),
    ],
)
def test_images_of_any_layout(images, dataformats, shape):
    (job,) = predictions.prepare(
        "t", 0, 0.0, [0, 1], [0.1, 0.2], images=images, ids=None, class_names=None, dataformats=dataformats
    )
    assert job.images.shape == (2, *shape)
    assert job.encode()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [[0.5, 0.5]]), r"found list, wanted targets \[1\]"),
        (([0, 2], [[0.5, 0.5]] * 2), "found targets from 0 to 2 for 2 classes, wanted -1 to 1"),
        (([0, -2], [[0.5, 0.5]] * 2), "found targets from -2 to 0"),
        (([0.5, 1], [[0.5, 0.5]] * 2), "with fractions or NaN"),
        ((["a"], [[0.5, 0.5]]), "wanted targets"),
        (([0], [[3.0, -1.0]]), "found probabilities from -1 to 3, .* apply a softmax"),
        (([0], np.zeros((1, 2, 3))), r"wanted probabilities \[rows, classes\]"),
        (([], np.zeros((0, 2))), r"shape \(0, 2\)"),
        (([0], [[0.5, 0.5]], {"ids": ["a", "b"]}), "found 2 ids, wanted 1"),
        (([0], [[0.5, 0.5]], {"ids": [0.5]}), "as ids, wanted ids as 1 integers or strings"),
        (([0], [[0.5, 0.5]], {"class_names": ["a"]}), "found 1 class_names, wanted 2"),
        (([0], [[0.5, 0.5]], {"class_names": "ab"}), "wanted a list of strings"),
        (([0], [[0.5, 0.5]], {"images": np.zeros((2, 3, 4, 4))}), "as images, wanted 1, one a row"),
        (([0], [[0.5, 0.5]], {"images": np.zeros((1, 7, 4, 4))}), "7 channels"),
        (([0], [[0.5, 0.5]], {"images": np.zeros((1, 1, 1, 5000))}), "at most 4096 pixels"),
        (([0], [[0.5, 0.5]], {"images": np.zeros((1, 3, 4, 4)), "dataformats": "CHWN"}), "wanted the rows first"),
        (([0, 0], [0.5, 0.5], {"images": [Image.new("L", (2, 2)), Image.new("L", (3, 3))]}), "images of one size"),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_before_anything_is_written(tmp_path, arguments, message):
    targets, answers, *options = arguments
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(MisuseError, match=message):
            writer.add_predictions("eval", targets, answers, **(options[0] if options else {}))
        writer.flush()
        assert writer.health.written_count == 0


@settings(max_examples=40)
@given(
    rows=st.integers(1, 60),
    classes=st.integers(1, 5),
    ids=st.sampled_from(["none", "int", "text"]),
    is_half=st.booleans(),
    names=st.booleans(),
    seed=st.integers(0, 99),
)
def test_encode_and_decode_are_inverse(rows, classes, ids, is_half, names, seed):
    rng = np.random.default_rng(seed)
    part = PredictionsPart(
        seed,
        seed + rows,
        rng.integers(-1, classes, rows).astype(np.int32),
        rng.random((rows, classes)).astype(np.float16 if is_half else np.float32),
        {
            "none": None,
            "int": rng.integers(-9, 1 << 60, rows),
            "text": tuple("é" * int(n) for n in rng.integers(0, 4, rows)),
        }[ids],
        tuple(f"c{i}" for i in range(classes)) if names else (),
    )
    found = payload.decode(as_value(payload.encode_part(part)))
    assert (found.first_row, found.total_row_count) == (part.first_row, part.total_row_count)
    np.testing.assert_array_equal(found.targets, part.targets)
    np.testing.assert_array_equal(found.probabilities, part.probabilities)
    assert found.class_names == part.class_names
    if ids == "int":
        np.testing.assert_array_equal(found.ids, part.ids)
    else:
        assert found.ids == part.ids


def as_value(elements: list[bytes]) -> _kernel.Value:
    return _kernel.decode_value(as_encoded(elements))


def as_encoded(elements: list[bytes]) -> bytes:
    record = _kernel.encode_tensor(
        "t", 0, 0.0, 7, (len(elements),), elements, plugin_name=payload.PLUGIN_NAME
    )
    scanner = _kernel.EventScanner()
    scanner.feed(record)
    samples = scanner.take().samples
    at = int(samples.offsets[0])
    return record[at : at + int(samples.lengths[0])]


@pytest.mark.parametrize("images", ["none", "sheets", "paths"])
@pytest.mark.parametrize("ids", [None, np.arange(5), ("a", "b", "", "é", "e")])
def test_columns_are_read_without_the_pictures(ids, images):
    scores = RNG.random((5, 3)).astype(np.float32)
    sheets = payload.Sheets(2, 2, 1, 3, 3, (b"first", b"second")) if images == "sheets" else None
    paths = payload.ImagePaths.of(["x/1.png", "", "x/2.png", "x/3.png", ""]) if images == "paths" else None
    part = PredictionsPart(0, 5, np.arange(5, dtype=np.int32) % 3, scores, ids, ("あ", "b"), sheets, paths)
    encoded = as_encoded(payload.encode_part(part))
    whole, found = payload.decode(_kernel.decode_value(encoded)), payload.decode_columns(encoded)
    np.testing.assert_array_equal(found.targets, whole.targets)
    np.testing.assert_array_equal(found.probabilities, whole.probabilities)
    np.testing.assert_array_equal(found.ids, whole.ids)
    assert (found.first_row, found.total_row_count, found.class_names) == (0, 5, ("あ", "b"))
    if sheets is not None:
        assert whole.sheets == sheets
        assert found.sheets == dataclasses.replace(sheets, encoded=())
    if paths is not None:
        assert [found.image_paths.of_row(row) for row in range(5)] == [
            "x/1.png",
            "",
            "x/2.png",
            "x/3.png",
            "",
        ]


def test_columns_of_any_bytes_are_those_that_the_kernel_reads():
    part = PredictionsPart(0, 3, np.zeros(3, np.int32), np.eye(3, 2, dtype=np.float32), ("a", "b", "c"))
    good = as_encoded(payload.encode_part(part))
    odd = [_with_another_tensor(good), good[:-1], b"", b"\x42\x00", good + b"\x0a\x01t"]
    flipped = [
        good[:at] + bytes([good[at] ^ bit]) + good[at + 1 :] for at in range(len(good)) for bit in (1, 0x80)
    ]
    read = told = 0
    for data in [*odd, *flipped]:
        try:
            found = payload.decode_columns(data)
        except CorruptError:
            found, told = None, told + 1
        try:
            whole = payload.decode(_kernel.decode_value(data))
        except CorruptError:
            continue  # also where damage lies in what is no column, which columns may pass over
        assert found is not None
        np.testing.assert_array_equal(found.targets, whole.targets)
        np.testing.assert_array_equal(found.probabilities, whole.probabilities)
        read += 1
    assert read > 20
    assert told > 20


def _with_another_tensor(encoded: bytes) -> bytes:
    """The last of several holds, as in every message."""
    return b"\x42\x02\x08\x07" + encoded


def test_damage_anywhere_is_told_and_never_more():
    part = PredictionsPart(
        0, 3, np.array([0, 1, 1], np.int32), np.eye(3, 2, dtype=np.float32), ("a", "bc", ""), ("x", "y")
    )
    good = payload.encode_part(part)
    told = 0
    for element, data in enumerate(good[:4]):
        for at in range(len(data)):
            flipped = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
            for changed in (data[:at], flipped):
                try:
                    payload.decode(as_value([*good[:element], changed, *good[element + 1 :]]))
                except CorruptError:
                    told += 1
    assert told > sum(len(data) for data in good[:4]) / 2
    for elements in ([], good[:3], [*good, b"a sheet too many"]):
        with pytest.raises(CorruptError):
            payload.decode(as_value(elements))
    with pytest.raises(CorruptError, match="holds no predictions"):
        payload.decode(_kernel.decode_value(b""))
