"""docs/format.md says what the code does: its example bytes, its kinds, its numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glassboard import _kernel
from glassboard.codec.payloads import (
    custom_scalars,
    embedding,
    graph_def,
    histogram,
    hparams,
    image,
    mesh,
    pr_curve,
    predictions,
    run_notes,
    tensor,
    video,
)
from glassboard.server import prediction_files
from glassboard.store import damage, file_reader, kinds
from glassboard.types import Kind
from glassboard.writer import audio as audio_writer
from glassboard.writer import predictions as predictions_writer
from glassboard.writer import tensor as tensor_writer

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "format.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return re.split(r"^#+ ", TEXT.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_the_example_record_is_what_the_kernel_writes() -> None:
    lines = re.findall(r"^    ((?:[0-9a-f]{2}  ?)*[0-9a-f]{2})$", section("Checksum"), flags=re.MULTILINE)
    assert bytes.fromhex("".join(lines)) == _kernel.encode_scalars([("loss", 3, 1_700_000_000.0, 0.5)])


def test_the_check_value_and_the_mask_are_the_kernels() -> None:
    assert f"`{_kernel.crc32c(b'123456789'):08x}`" in section("Checksum")
    assert f"`{_kernel.masked_crc32c(b'123456789'):08x}`" in section("Checksum")
    crc = _kernel.crc32c(b"123456789")
    assert _kernel.masked_crc32c(b"123456789") == (((crc >> 15) | (crc << 17)) + 0xA282EAD8) % (1 << 32)


@pytest.mark.parametrize("reason", sorted(damage._REASONS))
def test_every_reason_for_damage_is_listed(reason: str) -> None:
    assert f"| `{reason}` |" in section("Reading on after damage")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_listed(kind: Kind) -> None:
    assert f"`{kind}`" in section("Kinds")


def test_every_plugin_is_listed() -> None:
    assert [name for name in kinds._BY_PLUGIN if f"`{name}`" not in TEXT] == []
    for name in (kinds.GRAPH_TAG, kinds.META_GRAPH_TAG):
        assert f"`{name}`" in section("Graphs")
    for tag in (hparams.EXPERIMENT_TAG, hparams.SESSION_START_TAG, hparams.SESSION_END_TAG):
        assert f"`{tag}`" in section("Kinds")
    assert f"plugin `{pr_curve.PLUGIN_NAME}`" in section("Kinds")


def test_our_own_fields_have_the_numbers_of_the_code() -> None:
    assert (histogram._NAN, histogram._POSITIVE_INF, histogram._NEGATIVE_INF) == (101, 102, 103)
    assert "fields 101 (NaN), 102 (+Inf) and 103 (-Inf)" in section("Kinds")
    assert f"Field {graph_def.modules_field} of the `GraphDef`" in section("Graphs")


def test_our_own_kinds_have_the_names_of_the_code() -> None:
    assert f"field {video.VIDEO_FIELD} of the `Summary.Value`" in section("Videos")
    assert f"plugin `{predictions.PLUGIN_NAME}`" in section("Predictions")
    assert f"| {predictions._PREFIX_FIELD} `path_prefix` |" in section("Predictions")
    for name in (run_notes.NOTES_PLUGIN, run_notes.NOTES_TAG, run_notes.TAGS_PLUGIN, run_notes.TAGS_TAG):
        assert f"`{name}`" in section("Notes and tags")
    assert f"`{custom_scalars.CONFIG_TAG}`" in section("Kinds")
    assert f"plugin `{mesh.PLUGIN_NAME}`" in section("Kinds")
    assert f"plugin `{tensor_writer.PLUGIN_NAME}`" in section("Kinds")


def test_limits_are_those_of_the_code() -> None:
    limits = section("Limits")
    listed = {
        "damaged places": (damage._MAX_LISTED, "50;"),
        "numeric tensor": (tensor.MAX_ELEMENTS, "2^28"),
        "image tensor": (image.MAX_IMAGES, "2^16"),
        "hyperparameter": (hparams.MAX_DEPTH, "32;"),
        "projector config": (embedding.MAX_DEPTH, "16 levels"),
    }
    values = {"50;": 50, "2^28": 1 << 28, "2^16": 1 << 16, "32;": 32, "16 levels": 16}
    for what, (value, text) in listed.items():
        assert what in limits
        assert text in limits
        assert value == values[text]
    assert (predictions_writer.MAX_PART_ROWS, predictions_writer.MAX_SHEET_PIXELS) == (1 << 16, 4096)
    assert prediction_files.MAX_FILE_BYTES == 64 << 20
    assert "up to 64 MiB each" in section("Predictions")
    assert audio_writer.MAX_BYTES == 512 << 20
    assert (embedding.MAX_CONFIG_BYTES, file_reader._STRANGER_BYTES) == (16 << 20, 4 << 20)


def test_links_within_the_page_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - headings == set()
