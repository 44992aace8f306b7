"""Reading event files: what becomes a scalar, what a sample, and where everything is."""

from __future__ import annotations

import gc
import math
import struct
import threading

import numpy as np
import pytest

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.testing import records

# Written by torch.utils.tensorboard 2.13 with TensorBoard 2.21: add_scalar("loss/train", 0.25, 3, walltime=1700000000.5)
# and add_scalar("acc", 0.1, 2, walltime=1700000001.0, new_style=True, double_precision=True).
_FROM_TORCH = bytes.fromhex(
    "4800000000000000fe92489d090637ab3f00c1da411a0d627261696e2e4576656e743a32522e0a2c74656e736f72626f6172642e73756d6d"
    "6172792e7772697465722e6576656e745f66696c655f77726974657224ca9ee3200000000000000029eda9500900002040fc54d941100"
    "32a130a110a0a6c6f73732f747261696e150000803ef9e722c02f000000000000006d5d1d500900004040fc54d94110022a220a200a036163"
    "63420c080232089a9999999999b93f4a0b0a090a077363616c617273b402ff0d"
)


def scan(data: bytes) -> tuple[_kernel.EventScanner, _kernel.Batch]:
    scanner = _kernel.EventScanner()
    assert scanner.feed(data) == len(data)
    return scanner, scanner.take()


def tensor(dtype: int, *fields: bytes, shape: tuple[int, ...] = ()) -> bytes:
    dims = b"".join(wire.message(2, wire.int64(1, size)) for size in shape)
    return wire.message(8, wire.int64(1, dtype), wire.bytes_(2, dims), *fields)


def value_of(tag: str, field: bytes, *, plugin_name: str | None = None) -> bytes:
    meta = b"" if plugin_name is None else records.metadata(plugin_name)
    return records.summary(1.0, 1, wire.bytes_(1, tag) + field + meta)


def test_known_bytes_of_another_writer() -> None:
    scanner, batch = scan(_FROM_TORCH)
    assert scanner.file_version == "brain.Event:2"
    assert scanner.writer == "tensorboard.summary.writer.event_file_writer"
    assert [(s.tag, s.form, s.plugin_name) for s in scanner.series] == [
        (b"loss/train", "scalar", ""),
        (b"acc", "scalar", "scalars"),
    ]
    assert batch.records == 3
    assert batch.scalars.series.tolist() == [0, 1]
    assert batch.scalars.starts.tolist() == [0, 1, 2]
    assert batch.scalars.steps.tolist() == [3, 2]
    assert batch.scalars.wall_times.tolist() == [1700000000.5, 1700000001.0]
    assert batch.scalars.values.tolist() == [0.25, 0.1]


def test_columns_have_their_types_and_group_by_series_in_file_order() -> None:
    rows = [("a", 1, 1.0, 10.0), ("b", 2, 2.0, 20.0), ("a", 0, 3.0, math.nan), ("a", 0, 4.0, -math.inf)]
    scanner, batch = scan(_kernel.encode_scalars(rows))
    columns = batch.scalars
    assert (columns.series.dtype, columns.starts.dtype, columns.steps.dtype) == (np.int32, np.int64, np.int64)
    assert (columns.wall_times.dtype, columns.values.dtype) == (np.float64, np.float64)
    assert columns.starts.tolist() == [0, 3, 4]
    assert columns.steps.tolist() == [1, 0, 0, 2]
    np.testing.assert_array_equal(columns.values, [10.0, math.nan, -math.inf, 20.0])
    empty = scanner.take()
    assert empty.records == 0
    assert empty.scalars.starts.tolist() == [0]
    assert len(empty.scalars.series) == len(empty.samples.series) == len(empty.scalars.values) == 0


def test_arrays_outlive_their_batch_and_scanner() -> None:
    scanner, batch = scan(_kernel.encode_scalars([("a", step, 0.0, float(step)) for step in range(1000)]))
    values = batch.scalars.values
    assert values.flags.c_contiguous
    assert values.base is not None
    del scanner, batch
    gc.collect()
    assert values.tolist() == list(range(1000))


@pytest.mark.parametrize(
    ("dtype", "typed", "content", "number"),
    [
        (1, wire.message(5, struct.pack("<f", 1.5)), struct.pack("<f", 1.5), 1.5),
        (1, wire.float_(5, math.nan), struct.pack("<f", math.nan), math.nan),
        (2, wire.message(6, struct.pack("<d", 0.1)), struct.pack("<d", 0.1), 0.1),
        (3, wire.int64(7, -7), struct.pack("<i", -7), -7.0),
        (4, wire.int64(7, 200), struct.pack("<B", 200), 200.0),
        (5, wire.int64(7, -300), struct.pack("<h", -300), -300.0),
        (6, wire.int64(7, -100), struct.pack("<b", -100), -100.0),
        (9, wire.int64(10, -(1 << 40)), struct.pack("<q", -(1 << 40)), -float(1 << 40)),
        (10, wire.int64(11, 1), b"\x01", 1.0),
        (14, wire.int64(13, 0xBFC0), struct.pack("<H", 0xBFC0), -1.5),
        (17, wire.int64(7, 60000), struct.pack("<H", 60000), 60000.0),
        (19, wire.int64(13, 0x3555), np.float16(0.333251953125).tobytes(), 0.333251953125),
        (22, wire.int64(16, 1 << 31), struct.pack("<I", 1 << 31), float(1 << 31)),
        (23, wire.int64(17, (1 << 64) - 1), struct.pack("<Q", (1 << 64) - 1), float((1 << 64) - 1)),
    ],
)
@pytest.mark.parametrize("plugin_name", ["scalars", None])
@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_one_number_of_every_type_is_a_scalar(
    dtype: int, typed: bytes, content: bytes, number: float, plugin_name: str | None, shape: tuple[int, ...]
) -> None:
    data = value_of("t", tensor(dtype, typed, shape=shape), plugin_name=plugin_name)
    data += value_of("t", tensor(dtype, wire.bytes_(4, content), shape=shape))
    scanner, batch = scan(data)
    assert [series.form for series in scanner.series] == ["scalar"]
    np.testing.assert_array_equal(batch.scalars.values, [number, number])


@pytest.mark.parametrize(
    ("field", "plugin_name"),
    [
        (tensor(1, wire.message(5, struct.pack("<2f", 1, 2)), shape=(2,)), "scalars"),
        (tensor(1, wire.message(5, struct.pack("<f", 1)), shape=(2,)), None),
        (tensor(1, wire.message(5, struct.pack("<f", 1))), "pr_curves"),
        (tensor(7, wire.bytes_(8, "x")), "scalars"),
        (tensor(8, wire.bytes_(4, bytes(8))), None),
        (tensor(1, wire.bytes_(4, bytes(3))), "scalars"),
        (tensor(1, shape=(0,)), None),
    ],
)
def test_other_tensors_are_samples(field: bytes, plugin_name: str | None) -> None:
    scanner, batch = scan(value_of("t", field, plugin_name=plugin_name))
    assert [series.form for series in scanner.series] == ["tensor"]
    assert len(batch.scalars.values) == 0
    assert len(batch.samples.offsets) == 1


def test_plugin_of_a_tag_is_remembered() -> None:
    number = tensor(1, wire.message(5, struct.pack("<f", 1)))
    scanner, batch = scan(value_of("t", number, plugin_name="custom") + value_of("t", number))
    assert [(s.form, s.plugin_name) for s in scanner.series] == [("tensor", "custom")]
    assert len(batch.samples.offsets) == 2


def test_metadata_comes_from_the_first_value_that_carries_any() -> None:
    plain = records.scalar_value("t", 1.0)
    first = records.scalar_value(
        "t", 2.0, meta=records.metadata("scalars", content=b"c", display_name="D", description="d")
    )
    second = records.scalar_value("t", 3.0, meta=records.metadata("other"))
    scanner = _kernel.EventScanner()
    scanner.feed(records.summary(0.0, 0, plain))
    before = scanner.series_revision
    assert scanner.series[0].plugin_name == ""
    scanner.feed(records.summary(0.0, 0, first) + records.summary(0.0, 0, second))
    info = scanner.series[0]
    assert (info.plugin_name, info.plugin_content, info.display_name, info.description) == (
        "scalars",
        b"c",
        "D",
        "d",
    )
    assert scanner.series_revision > before


def test_samples_are_located_by_offset_and_length() -> None:
    image = records.image_value("image", b"\x89PNG...", height=2, width=3)
    histogram = records.histogram_value("histogram", [1.0, 2.0], [3.0, 4.0])
    text = records.text_value("text", ["one", "two"])
    hparams = records.metadata_only_value("_hparams_/experiment", records.metadata("hparams", content=b"x"))
    run_metadata = wire.bytes_(1, "step 1") + wire.bytes_(2, b"stats")
    data = records.file_version(0.0) + records.summary(1.0, 5, image, histogram, text, hparams)
    data += records.graph(2.0, b"nodes") + records.event(3.0, 6, wire.bytes_(8, run_metadata))
    data += records.event(4.0, 0, wire.bytes_(9, b"meta graph")) + records.graph(5.0, b"")
    scanner, batch = scan(data)
    samples = batch.samples
    assert [(s.tag, s.form) for s in scanner.series] == [
        (b"image", "image"),
        (b"histogram", "histo"),
        (b"text", "tensor"),
        (b"_hparams_/experiment", "none"),
        (b"", "graph_def"),
        (b"step 1", "run_metadata"),
        (b"", "meta_graph_def"),
    ]
    found = [
        data[at : at + n] for at, n in zip(samples.offsets.tolist(), samples.lengths.tolist(), strict=True)
    ]
    assert found == [image, histogram, text, hparams, b"nodes", b"", run_metadata, b"meta graph"]
    assert samples.series.tolist() == list(range(7))
    assert samples.starts.tolist() == [0, 1, 2, 3, 4, 6, 7, 8]
    assert samples.steps.tolist() == [5, 5, 5, 5, 0, 0, 6, 0]
    assert samples.wall_times.tolist() == [1.0, 1.0, 1.0, 1.0, 2.0, 5.0, 3.0, 4.0]


def test_one_tag_in_several_forms_is_several_series() -> None:
    image = records.image_value("t", b"png", height=1, width=1)
    scanner, batch = scan(
        records.summary(0.0, 0, image) + records.summary(0.0, 1, records.scalar_value("t", 2.0))
    )
    assert [(s.tag, s.form) for s in scanner.series] == [(b"t", "image"), (b"t", "scalar")]
    assert batch.samples.series.tolist() == [0]
    assert batch.scalars.series.tolist() == [1]


def test_session_starts_and_versions() -> None:
    version, start = records.file_version(1.0), records.session_start(2.0, 7)
    scanner, batch = scan(version + start)
    [found] = batch.session_starts
    assert (found.step, found.wall_time, found.offset) == (7, 2.0, len(version))
    assert scanner.file_version == "brain.Event:2"
    stop = records.event(3.0, 8, wire.message(7, wire.int64(1, 2)))
    scanner, batch = scan(stop + version)
    assert batch.session_starts == []
    assert scanner.file_version is None  # the first record is another one
    assert _kernel.EventScanner().file_version is None


def test_tags_that_are_not_utf8_and_extreme_numbers() -> None:
    steps = [-(1 << 63), (1 << 63) - 1]
    data = b"".join(records.summary(math.nan, step, records.scalar_value(b"\xff\xfe", 0.5)) for step in steps)
    data += records.summary(0.0, 0, records.scalar_value("", 1.0))
    scanner, batch = scan(data)
    assert [series.tag for series in scanner.series] == [b"\xff\xfe", b""]
    assert batch.scalars.steps[:2].tolist() == steps
    assert np.isnan(batch.scalars.wall_times[:2]).all()


def test_unknown_fields_groups_and_packing_are_passed_over() -> None:
    unknown = wire.int64(77, 5) + wire.bytes_(78, b"x") + wire.double(79, 1.0) + wire.float_(80, 1.0)
    group = b"\xdb\x05" + wire.int64(1, 2) + b"\xdc\x05"  # field 91
    value = unknown + wire.bytes_(1, "t") + group + wire.float_(2, 0.5)
    data = records.event(1.0, 2, unknown, group, wire.message(5, unknown, wire.bytes_(1, value), group))
    _, batch = scan(data)
    assert batch.scalars.values.tolist() == [0.5]
    assert batch.damage == []
    packed = wire.message(7, b"\x05")
    _, batch = scan(value_of("t", tensor(3, packed)))
    assert batch.scalars.values.tolist() == [5.0]


def test_an_event_without_points_is_a_record() -> None:
    log_message = wire.message(6, wire.bytes_(2, "hello"))
    scanner, batch = scan(records.frame(b"") + records.event(1.0, 1, log_message) + records.summary(1.0, 1))
    assert batch.records == 3
    assert scanner.series == []


def test_many_tags_keep_their_ids() -> None:
    rows = [(f"layer{i % 5000}/weight", i, 0.0, float(i)) for i in range(10_000)]
    scanner, batch = scan(_kernel.encode_scalars(rows))
    assert [series.tag.decode() for series in scanner.series] == [f"layer{i}/weight" for i in range(5000)]
    assert (np.diff(batch.scalars.starts) == 2).all()
    assert batch.scalars.values.reshape(5000, 2)[:, 1].tolist() == [5000.0 + i for i in range(5000)]


def test_threads_may_share_a_scanner() -> None:
    data = _kernel.encode_scalars([(f"t{i % 7}", i, 0.0, 1.0) for i in range(2000)])
    scanner = _kernel.EventScanner()
    taken: list[int] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                scanner.feed(data)
                taken.append(scanner.take().records)
                assert len(scanner.series) == 7
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(taken) == 4 * 20 * 2000
    assert scanner.offset == 4 * 20 * len(data)


def test_values_cannot_be_changed() -> None:
    scanner, batch = scan(_FROM_TORCH)
    with pytest.raises(AttributeError):
        batch.scalars.values = np.zeros(2)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        scanner.offset = 0  # type: ignore[misc]


def test_many_points_are_put_together_in_file_order() -> None:
    """Long series stand alone, short ones together; one comes late and one goes."""
    count = 150_001
    tags = np.array(["a", "b", "late"])[np.arange(count) % 2 + (np.arange(count) > 140_000)]
    tags[:3] = "head"
    rows = [(str(tag), step, step / 2, -float(step)) for step, tag in enumerate(tags)]
    scanner, batch = scan(_kernel.encode_scalars(rows))
    assert batch.records == count
    assert [s.tag.decode() for s in scanner.series] == ["head", "b", "a", "late"]
    assert batch.scalars.series.tolist() == [0, 3]
    assert [columns.series.tolist() for columns in batch.long_scalars] == [[1], [2]]
    for columns in (batch.scalars, *batch.long_scalars):
        for index, series in enumerate(columns.series.tolist()):
            at = slice(columns.starts[index], columns.starts[index + 1])
            want = np.flatnonzero(tags == scanner.series[series].tag.decode())
            np.testing.assert_array_equal(columns.steps[at], want)
            np.testing.assert_array_equal(columns.wall_times[at], want / 2)
            np.testing.assert_array_equal(columns.values[at], -want)
    assert sum(columns.starts[-1] for columns in (batch.scalars, *batch.long_scalars)) == count
    assert scanner.take().records == 0
