"""Meshes, layouts, notes, tags and tensors come back from our own decoders as they were logged; misuse is told."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import glassboard
from glassboard import SummaryWriter, _kernel
from glassboard.codec.payloads import custom_scalars, mesh, run_notes, tensor
from glassboard.codec.payloads.custom_scalars import Category, Chart
from glassboard.codec.payloads.mesh import MeshContent, Part
from glassboard.errors import CorruptError, MisuseError


def values(folder) -> dict[str, list[_kernel.Value]]:
    found: dict[str, list[_kernel.Value]] = {}
    for path in sorted(folder.glob("events*")):
        data = path.read_bytes()
        scanner = _kernel.EventScanner()
        assert scanner.feed(data) == len(data)
        samples = scanner.take().samples
        for i in range(len(samples.series)):
            for k in range(samples.starts[i], samples.starts[i + 1]):
                at = int(samples.offsets[k])
                value = _kernel.decode_value(data[at : at + int(samples.lengths[k])])
                found.setdefault(value.tag.decode(), []).append(value)
    return found


def test_a_mesh(tmp_path):
    vertices, faces = np.arange(12.0).reshape(1, 4, 3), [[0, 1, 2], [1, 2, 3]]
    with SummaryWriter(tmp_path) as writer:
        writer.add_mesh("m", vertices[0], faces=faces, config_dict={"b": 1, "a": [2]}, global_step=4)
    found = values(tmp_path)
    assert list(found) == ["m_VERTEX", "m_FACE"]
    np.testing.assert_array_equal(tensor.decode(found["m_VERTEX"][0]), vertices)
    np.testing.assert_array_equal(tensor.decode(found["m_FACE"][0]), [faces])
    content = mesh.decode_content(found["m_FACE"][0].plugin_content)
    assert content == MeshContent("m", Part.FACE, '{"a": [2], "b": 1}', (1, 2, 3))
    with pytest.raises(CorruptError, match="content type 0"):
        mesh.decode_content(b"")


def test_a_layout(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_custom_scalars({"losses": {"both": ["Multiline", ["train/.*", "valid"]]}})
        writer.add_custom_scalars_marginchart(["v", "low", "high"], "losses", "band")
    first, second = (custom_scalars.decode(value) for value in values(tmp_path)[custom_scalars.CONFIG_TAG])
    both = Chart("both", ("train/.*", "valid"))
    assert first == (Category("losses", (both,)),)
    assert second == (Category("losses", (both, Chart("band", ("v", "low", "high"), is_margin=True))),)
    with pytest.raises(CorruptError, match="holds no layout"):
        custom_scalars.decode(_kernel.decode_value(b""))


def test_notes_add_up_and_tags_are_replaced(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_note("**why** れ")
        writer.add_note("diverged \ud800", global_step=40, walltime=9.0)
        writer.set_tags("baseline", " keep ", "baseline")
        writer.set_tags(["new"])
        writer.set_tags()
    found = values(tmp_path)
    assert [run_notes.decode_note(value) for value in found[run_notes.NOTES_TAG]] == [
        "**why** れ",
        "diverged \\ud800",
    ]
    tags = [run_notes.decode_tags(value) for value in found[run_notes.TAGS_TAG]]
    assert tags == [("baseline", "keep"), ("new",), ()]
    assert {value.plugin_name for value in found[run_notes.NOTES_TAG]} == {"glassboard_notes"}
    assert {value.plugin_name for value in found[run_notes.TAGS_TAG]} == {"glassboard_tags"}
    for decode in (run_notes.decode_note, run_notes.decode_tags):
        with pytest.raises(CorruptError):
            decode(_kernel.decode_value(b""))


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype=">f8").reshape(2, 3),
        np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1),
        np.array(True),
        np.longdouble([1.5, 2.5]),
        np.array([1 + 2j], np.complex64),
        torch.randn(3, 2).T,
        torch.arange(3, dtype=torch.float64, requires_grad=True),
        [[1, 2], [3, 4]],
    ],
    ids=lambda value: f"{type(value).__name__}-{getattr(value, 'dtype', '')}",
)
def test_tensors_of_every_kind(tmp_path, value):
    with SummaryWriter(tmp_path) as writer:
        writer.add_tensor("t", value)
    wanted = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
    np.testing.assert_array_equal(tensor.decode(values(tmp_path)["t"][0]), wanted)


def test_a_bfloat16_tensor_stays_one(tmp_path):
    value = torch.tensor([[1.5, -2.0], [float("nan"), 3e38]], dtype=torch.bfloat16, requires_grad=True).T
    with SummaryWriter(tmp_path) as writer:
        writer.add_tensor("t", value)
    found = values(tmp_path)["t"][0]
    assert found.tensor.dtype == 14
    assert len(found.tensor.content) == 8
    np.testing.assert_array_equal(tensor.decode(found), value.detach().float().numpy())


LARGEST = float(np.finfo(np.float64).max)


@pytest.mark.parametrize("limits", [[np.inf, np.inf], [-np.inf, np.inf], [-LARGEST, LARGEST]])
def test_limits_and_edges_as_far_apart_as_numbers_go(tmp_path, limits):
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram_raw("raw", 0, 1, 3, 1, 1, limits, [1, 2])
        if np.isfinite(limits).all():
            writer.add_histogram("edges", np.array([-1.0, 0.0, 1.0]), bins=limits)
    found = glassboard.open(tmp_path).runs["."]
    assert found.histograms("raw")[0].read().counts.tolist() == [1, 2]
    if "edges" in found.tags:
        assert found.histograms("edges")[0].read().counts.sum() == 3


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("add_tensor", ("x", "words"), "found str 'words', wanted numbers as a tensor"),
        ("add_tensor", ("x", np.array(["a"])), "wanted numbers"),
        ("add_tensor", ("x", torch.zeros(2, device="meta")), "holds no values"),
        ("add_tensor", ("x", torch.zeros(2, device="meta", dtype=torch.bfloat16)), "holds no values"),
        ("add_histogram_raw", ("x", 0, 1, 1, 1, 1, [1, 2], [1]), "found 2 bucket_limits and 1 bucket_counts"),
        ("add_histogram_raw", ("x", 0, 1, 1, 1, 1, [], []), "found 0 bucket_limits"),
        ("add_histogram_raw", ("x", 0, 1, 1, 1, 1, [2, 1], [1, 1]), "wanted numbers that ascend"),
        ("add_histogram_raw", ("x", 0, 1, 1, 1, 1, [1, 2], [1, -1]), "found bucket_counts from -1"),
        ("add_histogram_raw", ("x", "a", 1, 1, 1, 1, [1], [1]), "a single number as min"),
        ("add_pr_curve_raw", ("x", [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1]), "1 recall; wanted as many"),
        ("add_mesh", ("x", np.zeros((1, 4, 2))), r"as vertices, wanted \[meshes, rows, 3\]"),
        ("add_mesh", ("x", np.zeros((1, 4, 3)), np.zeros((1, 3, 3))), "found 3 colors for 4 vertices"),
        ("add_mesh", ("x", np.zeros((1, 4, 3)), None, [[[0, 1, 4]]]), "found faces with vertices 0 to 4, wanted 0 to 3"),
        ("add_mesh", ("x", np.zeros((1, 4, 3)), None, [[[0, 1, 0.5]]]), "with fractions as faces"),
        ("add_mesh", ("x", np.zeros((2, 4, 3)), None, [[[0, 1, 2]]]), "found 2 meshes in vertices and 1 in faces"),
        ("add_mesh", ("x", np.zeros((1, 4, 3)), None, None, {"a": {1}}), "which|that JSON cannot hold"),
        ("add_mesh", ("x", np.zeros((1, 4, 3)), None, None, []), "found list as config_dict"),
        ("add_custom_scalars", ([],), "found list as layout"),
        ("add_custom_scalars", ({"a": []},), "found list as the category 'a'"),
        ("add_custom_scalars", ({"a": {"b": ["Pie", ["x"]]}},), "as the chart 'b'"),
        ("add_custom_scalars", ({"a": {"b": ["Multiline", "x"]}},), "as the tags of the chart 'b'"),
        ("add_custom_scalars", ({3: {}},), "found int 3 as a title"),
        ("add_custom_scalars_marginchart", (["a", "b"],), "found 2 tags in the margin chart 'untitled', wanted 3"),
        ("add_custom_scalars_multilinechart", ([],), "as the tags of the chart"),
        ("add_note", (" ",), "wanted a string that is not empty"),
        ("add_note", (3,), "found int 3 as a note"),
        ("set_tags", (3,), "found int 3 as a tag of the run"),
        ("set_tags", (["a", ""],), "wanted a string that is not empty"),
        ("set_tags", ([str(i) for i in range(1001)],), "found 1001 tags of the run"),
        ("add_hparams", ({}, {}, None, ["x"]), "found list as run_name"),
    ],
)  # fmt: skip
def test_misuse_says_what_was_found_and_wanted(tmp_path, name, arguments, message):
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(MisuseError, match=message):
            getattr(writer, name)(*arguments)
        writer.flush()
        assert writer.health.written_count == 0
