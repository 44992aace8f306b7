"""Custom scalars: layouts of runs, decoded, merged, and refused where they are no layouts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard import SummaryWriter, _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import custom_scalars
from glassboard.codec.payloads.custom_scalars import CONFIG_TAG, Category, Chart
from glassboard.codec.payloads.tensor import DT_STRING
from glassboard.errors import CorruptError, TooLargeError
from glassboard.store.log import LogStore
from glassboard.testing.logdir import LogdirBuilder

ServeApp = Callable[..., httpx.Client]


def value(layout: bytes) -> bytes:
    """A `Summary.Value` with the layout in a string tensor, as every writer makes it."""
    tensor = wire.int64(1, DT_STRING) + wire.message(2) + wire.bytes_(8, layout)
    metadata = wire.message(1, wire.bytes_(1, custom_scalars.PLUGIN_NAME))
    return wire.bytes_(1, CONFIG_TAG) + wire.message(8, tensor) + wire.message(9, metadata)


def decode(layout: bytes) -> tuple[Category, ...]:
    return custom_scalars.decode(_kernel.decode_value(value(layout)))


texts = st.text(max_size=12)
charts = st.builds(
    Chart, texts, st.lists(texts, min_size=1, max_size=4).map(tuple), st.just(False)
) | st.builds(
    Chart,
    texts,
    st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=3).map(lambda rows: sum(rows, ())),
    st.just(True),
)
layouts = st.lists(
    st.builds(Category, texts, st.lists(charts, max_size=4).map(tuple), st.booleans()), max_size=4
).map(tuple)


@given(layouts)
def test_a_layout_comes_back_as_it_was_encoded(layout: tuple[Category, ...]) -> None:
    assert decode(custom_scalars.encode_layout(layout)) == layout


@given(st.binary(max_size=200))
def test_any_bytes_are_a_layout_or_corrupt(data: bytes) -> None:
    with contextlib.suppress(CorruptError):
        assert all(isinstance(each, Category) for each in decode(data))


def test_a_layout_cut_anywhere_is_a_shorter_one_or_corrupt() -> None:
    whole = custom_scalars.encode_layout(
        (Category("losses", (Chart("both", ("a", "b")), Chart("band", ("v", "l", "u"), True)), True),)
    )
    for size in range(len(whole)):
        with contextlib.suppress(CorruptError):
            decode(whole[:size])


def test_a_small_file_of_millions_of_charts_is_refused() -> None:
    many = wire.message(2, wire.message(2) * (custom_scalars.MAX_CHARTS + 1))
    with pytest.raises(TooLargeError, match="more than 10000 charts"):
        decode(many)
    with pytest.raises(TooLargeError, match="more than 10000 categories"):
        decode(wire.message(2) * (custom_scalars.MAX_CHARTS + 1))


def test_of_both_kinds_in_one_chart_the_last_counts() -> None:
    margin = wire.message(3, wire.message(1, wire.bytes_(1, "v"), wire.bytes_(3, "u")))
    multiline = wire.message(2, wire.bytes_(1, "loss.*"))
    both = wire.message(2, wire.message(2, margin, multiline), wire.message(2, multiline, margin))
    assert decode(both)[0].charts == (Chart("", ("loss.*",)), Chart("", ("v", "", "u"), True))


def test_layouts_of_several_runs_are_one(tmp_path: Path, serve_app: ServeApp) -> None:
    with SummaryWriter(str(tmp_path / "run 2")) as writer:
        writer.add_custom_scalars_multilinechart(["loss/.*"], "losses", "both")
    with SummaryWriter(str(tmp_path / "run 10")) as writer:
        writer.add_custom_scalars(
            {"losses": {"both": ["Multiline", ["loss/.*"]], "other": ["Multiline", ["x"]]}}
        )
        writer.add_custom_scalars_marginchart(["v", "low", "high"], "bands", "confidence")
    broken = LogdirBuilder(tmp_path).run("broken")
    broken.value(value(b"\x12\x05"))
    folded = custom_scalars.encode_layout((Category("losses", (), True), Category("folded", (), True)))
    LogdirBuilder(tmp_path).run("run 11").value(value(b"")).value(value(folded), step=1)
    LogdirBuilder(tmp_path).run("plain").scalars("loss/train", [1.0])
    store = LogStore(tmp_path)
    store.refresh()
    client = serve_app(store)
    answer = client.get("/api/v1/custom_scalars")
    body = answer.json()
    assert body["runs"] == ["run 2", "run 10", "run 11"]
    both, other = ({"kind": "multiline", "series": [], **each} for each in (
        {"title": "both", "tags": ["loss/.*"]}, {"title": "other", "tags": ["x"]},
    ))  # fmt: skip
    series = [{"value": "v", "lower": "low", "upper": "high"}]
    band = {"title": "confidence", "kind": "margin", "tags": [], "series": series}
    assert body["categories"] == [
        {"title": "losses", "closed": False, "charts": [both, other]},
        {"title": "bands", "closed": False, "charts": [band]},
        {"title": "folded", "closed": True, "charts": []},
    ]
    assert [each["run"] for each in body["problems"]] == ["broken"]
    assert "are there" in body["problems"][0]["message"]
    held = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/api/v1/custom_scalars", headers=held).status_code == 304
