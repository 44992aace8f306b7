"""Samples as bytes: images, clips and raw values, whole and in ranges, kept by browsers and told apart by segment."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from glassboard import _kernel
from glassboard.codec.payloads.video import EncodedVideo, encode_fields
from glassboard.store.memory import MemoryProvider
from glassboard.testing import records
from glassboard.types import Kind

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(100))
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(200))
WEBM = b"\x1aE\xdf\xa3" + bytes(range(100))
ITEMS = "x-glassboard-items"
VIDEO_FACTS = {"frames-per-second": "12.5", "frames": "24", "width": "7", "height": "5"}


@pytest.fixture(scope="module")
def provider() -> MemoryProvider:
    memory = MemoryProvider()
    shades = [(0, b"old 0"), (1, b"old 1"), (1, b"new 1"), (2, b"new 2"), (0, b"last")]
    for second, (step, shade) in enumerate(shades):
        blob = records.image_value("pic", PNG + shade, height=1, width=1)
        memory.add_sample("run", "pic", Kind.IMAGE, blob, step=step, wall_time=second)
    meta = records.metadata("audio")
    clips = records.text_value("many", [WAV, b"OggS" + WAV, b"<html>"], meta=meta)  # type: ignore[list-item]
    memory.add_sample("run", "many", Kind.AUDIO, clips)
    for data in (WEBM, b"<html>"):
        video = EncodedVideo("video/webm", data, 12.5, 24, 7, 5)
        memory.add_sample("run", "clip", Kind.VIDEO, encode_fields(PNG, 7, 5, 3, video))
    memory.add_sample("run", "clip", Kind.VIDEO, b"\xc0\x3e\x05")
    memory.add_sample("run", "empty", Kind.TENSOR, b"")
    memory.refresh()
    return memory


def get(
    api: httpx.Client, route: str, *, headers: dict[str, str] | None = None, **query: object
) -> httpx.Response:
    return api.get(f"/api/v1/{route}", params={"run": "run", **query}, headers=headers)  # type: ignore[dict-item]


def error_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_a_blob_is_the_value_as_it_was_logged(api: httpx.Client, provider: MemoryProvider) -> None:
    response = get(api, "blob", tag="many", kind="audio", sample=0)
    assert response.content == provider.read_sample("run", "many", Kind.AUDIO, 0)
    assert _kernel.decode_value(response.content).tag == b"many"
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == "attachment"
    assert "sandbox" in response.headers["content-security-policy"]
    assert get(api, "blob", tag="empty", kind="tensor", sample=0).content == b""


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"tag": "loss", "kind": "scalar", "sample": 0}, 404),
        ({"tag": "pic", "kind": "text", "sample": 0}, 404),
        ({"tag": "pic", "kind": "image", "sample": 9}, 404),
        ({"tag": "pic", "kind": "image", "sample": 0, "segment": 9}, 404),
        ({"tag": "pic", "kind": "image", "sample": 0, "segment": -1}, 422),
        ({"tag": "pic", "kind": "image", "sample": 0, "key": "gone"}, 404),
        ({"tag": "pic", "kind": "image"}, 422),
    ],
)
def test_wrong_questions_for_blobs(api: httpx.Client, query: dict[str, object], status: int) -> None:
    assert error_of(get(api, "blob", **query))[0] == status


def test_clips_are_told_by_their_first_bytes(api: httpx.Client) -> None:
    first = get(api, "audio", tag="many", sample=0)
    assert (first.content, first.headers["content-type"], first.headers[ITEMS]) == (WAV, "audio/wav", "3")
    assert get(api, "audio", tag="many", sample=0, item=1).headers["content-type"] == "audio/ogg"
    assert error_of(get(api, "audio", tag="many", sample=0, item=2)) == (415, "unsupported_media_type")
    assert error_of(get(api, "audio", tag="many", sample=0, item=3)) == (404, "not_found")
    assert error_of(get(api, "audio", tag="pic", sample=0)) == (404, "not_found")


def test_a_video_says_what_its_bytes_do_not(api: httpx.Client) -> None:
    response = get(api, "video", tag="clip", sample=0)
    assert (response.content, response.headers["content-type"], response.headers[ITEMS]) == (
        WEBM,
        "video/webm",
        "1",
    )
    said = {name: response.headers[f"x-glassboard-{name}"] for name in VIDEO_FACTS}
    assert said == VIDEO_FACTS
    assert "sandbox" in response.headers["content-security-policy"]
    part = get(api, "video", tag="clip", sample=0, headers={"Range": "bytes=0-0"})
    assert (part.status_code, part.content) == (206, WEBM[:1])
    assert part.headers["content-range"] == f"bytes 0-0/{len(WEBM)}"
    assert part.headers["x-glassboard-frames"] == "24"


def test_what_is_no_video_is_refused(api: httpx.Client) -> None:
    # The first bytes count, not what the writer said.
    assert error_of(get(api, "video", tag="clip", sample=1)) == (415, "unsupported_media_type")
    assert error_of(get(api, "video", tag="clip", sample=2)) == (502, "corrupt")
    assert error_of(get(api, "video", tag="clip", sample=0, item=1)) == (404, "not_found")
    assert error_of(get(api, "video", tag="clip", sample=9)) == (404, "not_found")
    assert error_of(get(api, "video", tag="pic", sample=0)) == (404, "not_found")
    assert error_of(get(api, "image", tag="clip", sample=0)) == (404, "not_found")


@pytest.mark.parametrize(
    ("asked", "first", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=4-9", 4, 10),
        ("bytes= 4-9", 4, 10),
        ("bytes=200-", 200, 216),
        ("bytes=-5", 211, 216),
        ("bytes=-9999", 0, 216),
        ("bytes=10-99999999999999999999999", 10, 216),
        ("bytes=000000000000000000000000004-9", 4, 10),
    ],
)
def test_a_range_is_sent_alone(api: httpx.Client, asked: str, first: int, stop: int) -> None:
    assert len(WAV) == 216
    response = get(api, "audio", tag="many", sample=0, headers={"Range": asked})
    assert response.status_code == 206
    assert response.content == WAV[first:stop]
    assert response.headers["content-range"] == f"bytes {first}-{stop - 1}/216"
    assert response.headers["content-length"] == str(stop - first)
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["content-type"] == "audio/wav"


@pytest.mark.parametrize("asked", ["bytes=216-", "bytes=216-300", "bytes=-0", "bytes=" + "9" * 5000 + "-"])
def test_a_range_behind_the_end_is_refused(api: httpx.Client, asked: str) -> None:
    response = get(api, "audio", tag="many", sample=0, headers={"Range": asked})
    assert error_of(response) == (416, "range_not_satisfiable")
    assert response.headers["content-range"] == "bytes */216"
    assert "216 bytes" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "asked", ["bytes=9-4", "bytes=0-1,4-5", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=٣-", ""]
)
def test_a_range_that_cannot_be_read_is_passed_over(api: httpx.Client, asked: str) -> None:
    response = api.get(
        "/api/v1/audio",
        params={"run": "run", "tag": "many", "sample": 0},
        headers=[(b"Range", asked.encode())],
    )
    assert (response.status_code, response.content) == (200, WAV)


def test_a_range_of_another_entity_is_the_whole(api: httpx.Client) -> None:
    entity_tag = get(api, "audio", tag="many", sample=0).headers["etag"]
    asked = {"Range": "bytes=0-3", "If-Range": entity_tag}
    assert get(api, "audio", tag="many", sample=0, headers=asked).status_code == 206
    assert (
        get(api, "audio", tag="many", sample=0, headers={**asked, "If-Range": '"other"'}).status_code == 200
    )


def test_what_is_held_is_not_read_again(
    serve_app: Callable[..., httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = MemoryProvider()
    memory.add_sample("run", "pic", Kind.IMAGE, records.image_value("pic", PNG, height=1, width=1))
    memory.add_sample(
        "run", "pic", Kind.IMAGE, records.image_value("pic", PNG + b"x", height=1, width=1), step=1
    )
    memory.refresh()
    api = serve_app(memory)
    entity_tag = get(api, "image", tag="pic", sample=0).headers["etag"]
    assert get(api, "blob", tag="pic", kind="image", sample=0).headers["etag"] != entity_tag
    assert get(api, "image", tag="pic", sample=1).headers["etag"] != entity_tag
    monkeypatch.setattr(memory, "read_sample", None)
    known = get(api, "image", tag="pic", sample=0, headers={"If-None-Match": entity_tag})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", entity_tag)
    assert known.headers["cache-control"] == "no-cache"


def test_each_segment_of_a_restarted_run_is_reachable(api: httpx.Client) -> None:
    def shades(**query: object) -> list[bytes]:
        listed = get(api, "samples", tag="pic", kind="image", **query).json()
        answers = [
            get(api, "image", tag="pic", sample=sample, key=key, **query)
            for sample, key in enumerate(listed["keys"])
        ]
        assert all("immutable" in each.headers["cache-control"] for each in answers)
        return [each.content.removeprefix(PNG) for each in answers]

    listed = get(api, "samples", tag="pic", kind="image").json()
    assert (listed["segment_count"], listed["segment"]) == (2, 1)
    assert listed["segments"] == [
        {"first_step": 0, "last_step": 2, "count": 4},
        {"first_step": 0, "last_step": 0, "count": 1},
    ]
    assert shades() == [b"last"]
    assert shades(segment=0) == [b"old 0", b"old 1", b"new 1", b"new 2"]
    assert shades(segment=1) == [b"last"]
    # A key alone finds its sample wherever it stands.
    keys = get(api, "samples", tag="pic", kind="image", segment=0).json()["keys"]
    assert get(api, "image", tag="pic", sample=0, key=keys[2]).content == PNG + b"new 1"


def test_a_sample_that_changes_while_it_is_read_is_gone(serve_app: Callable[..., httpx.Client]) -> None:
    class Replaced(MemoryProvider):
        def read_sample(self, run: str, tag: str, kind: Kind, index: int) -> bytes:
            data = super().read_sample(run, tag, kind, index)
            self.remove_run(run)
            self.add_sample(run, tag, kind, data + data)
            return data

    memory = Replaced()
    memory.add_sample("run", "pic", Kind.IMAGE, records.image_value("pic", PNG, height=1, width=1))
    memory.refresh()
    assert error_of(get(serve_app(memory), "image", tag="pic", sample=0)) == (404, "not_found")
