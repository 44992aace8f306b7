"""The projector's files: the config's text form, metadata, and what is no embedding."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from google.protobuf import text_format
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

from glassboard import SummaryWriter
from glassboard.codec.payloads.embedding import (
    EmbeddingEntry,
    Sprite,
    format_config,
    format_metadata,
    merge,
    parse_config,
    read_metadata,
)
from glassboard.errors import CorruptError, GlassboardError, MisuseError, TooLargeError

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
sizes = st.integers(1, 2**31 - 1)
entries = st.builds(
    EmbeddingEntry,
    texts,
    texts,
    texts,
    st.lists(sizes, max_size=3).map(tuple),
    st.none() | st.builds(Sprite, texts, sizes, sizes),
    texts,
)


@given(st.lists(entries, max_size=3).map(tuple))
def test_a_config_survives_protobuf_and_back(written):
    data = format_config(written)
    assert parse_config(data) == written
    message = text_format.Parse(data.decode(), ProjectorConfig())
    assert [entry.tensor_name for entry in message.embeddings] == [entry.tensor_name for entry in written]
    assert parse_config(text_format.MessageToString(message).encode()) == written


@given(st.binary(max_size=200) | st.text("embdings{}<>[]:\" \\\n'#x0", max_size=60).map(str.encode))
def test_any_bytes_are_a_config_or_corrupt(data):
    with contextlib.suppress(GlassboardError):
        parse_config(data)


def test_other_spellings_of_a_config():
    text = b"""
    # by hand
    model_checkpoint_path: "x.ckpt"  model_checkpoint_dir: 'y'
    embeddings: < tensor_name: "a" 'b' ; tensor_shape: [3, 0x10] unknown { deep { deeper: 1.5 } } flag: true >
    embeddings { tensor_name: "\\343\\202\\214\\x21\\u308c" sprite { image_path: "s.png" single_image_dim: 4 } }
    """
    found = parse_config(text)
    assert found == (
        EmbeddingEntry("ab", tensor_shape=(3, 16), checkpoint_path="x.ckpt"),
        EmbeddingEntry("れ!れ", checkpoint_path="x.ckpt"),
    )
    assert parse_config(format_config(found)) == found


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"embeddings {\n tensor_name: }", "line 2: found '}', wanted a value"),
        (b"embeddings {", "found 'the end'"),
        (b"}", "wanted a field name"),
        (b'embeddings { tensor_name: "open }', "wanted a value"),
        (b"embeddings: 3", "not a message"),
        (b'embeddings { tensor_name: "\\U00110000" }', "is no character"),
    ],
)
def test_broken_configs_say_where(data, message):
    with pytest.raises(CorruptError, match=message):
        parse_config(data)


def test_configs_are_bounded():
    with pytest.raises(TooLargeError, match="nests deeper"):
        parse_config(b"a {" * 10_000)
    with pytest.raises(TooLargeError, match="bytes"):
        parse_config(b" " * ((16 << 20) + 1))


def test_merging_replaces_the_entry_of_the_same_name():
    old = (EmbeddingEntry("a", "1"), EmbeddingEntry("b", "2"))
    assert merge(old, EmbeddingEntry("a", "3")) == (EmbeddingEntry("a", "3"), EmbeddingEntry("b", "2"))
    assert merge(old, EmbeddingEntry("c", "4")) == (*old, EmbeddingEntry("c", "4"))


def test_metadata_round_trip():
    assert format_metadata(None, [("a\tb",), ("c\nd",)]) == b"a b\nc d\n"
    assert read_metadata(b"a b\nc d\n", 2) == (("label",), [("a b",), ("c d",)])
    data = format_metadata(["name", "class"], [("れ", 1), ("つ", 2)])
    assert read_metadata(data, 2) == (("name", "class"), [("れ", "1"), ("つ", "2")])
    # A single column has no header line in this format.
    assert format_metadata(["only"], [("x",), ("y",)]) == b"x\ny\n"
    with pytest.raises(CorruptError, match="3 lines for 9 points"):
        read_metadata(b"a\nb\nc\n", 9)


def test_a_broken_config_is_kept_aside(tmp_path, caplog):
    (tmp_path / "projector_config.pbtxt").write_text("embeddings {")
    with SummaryWriter(tmp_path) as writer:
        writer.add_embedding(np.eye(3))
    assert len(parse_config((tmp_path / "projector_config.pbtxt").read_bytes())) == 1
    assert (tmp_path / "projector_config.pbtxt.broken").read_text() == "embeddings {"
    assert "projector config is broken in line 1" in caplog.text


def test_step_and_tag_are_in_the_folder_name(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_embedding(np.eye(3), tag="../a/b", global_step=12)
    assert (tmp_path / "00012" / "..%2fa%2fb").is_dir()
    (entry,) = parse_config((tmp_path / "projector_config.pbtxt").read_bytes())
    assert entry.tensor_name == "../a/b:00012"
    assert (tmp_path / entry.tensor_path).is_file()
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(str(__import__("os").getpid()))]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mat": np.zeros(3)}, r"shape \(3,\) and dtype float64 as mat"),
        ({"mat": np.zeros((0, 3))}, "as mat"),
        ({"mat": "points"}, "found str 'points'"),
        ({"mat": np.eye(3), "metadata": ["a"]}, "found 1 labels as metadata, wanted 3"),
        ({"mat": np.eye(3), "metadata": "abc"}, "found str 'abc', wanted metadata as a list"),
        ({"mat": np.eye(2), "metadata": [["a"], ["b"]], "metadata_header": ["x", "y"]}, "1 values in row 0"),
        (
            {"mat": np.eye(2), "metadata": ["a", "b"], "metadata_header": ["x", "y"]},
            "wanted rows of 2 values",
        ),
        (
            {"mat": np.eye(2), "metadata": ["a", "b"], "metadata_header": "x"},
            "wanted metadata_header as a list",
        ),
        ({"mat": np.eye(3), "label_img": np.zeros((2, 3, 4, 4))}, "found 2 pictures as label_img, wanted 3"),
        ({"mat": np.eye(3), "label_img": np.zeros((3, 28, 28))}, "wanted .points, 1 to 4 channels"),
        ({"mat": np.eye(3), "tag": "x" * 300}, "makes no folder name"),
        ({"mat": np.eye(3), "tag": ".."}, "makes no folder name"),
    ],
)
def test_what_is_no_embedding_is_refused(tmp_path, arguments, message):
    writer = SummaryWriter(tmp_path)
    with pytest.raises(MisuseError, match=message):
        writer.add_embedding(**arguments)
    writer.close()
