"""Images that predictions name by path, over HTTP: sent as they lie in the log directory, else said why not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

import glassboard
from glassboard import SummaryWriter
from glassboard.errors import NotFoundError
from glassboard.server import prediction_files
from glassboard.store.combined import CombinedSource
from glassboard.store.log import LogStore

from .claimed_sizes import png_header

ServeApp = Callable[..., httpx.Client]
KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("named") / "runs"
    seen = root / "pictures"
    seen.mkdir(parents=True)
    for kind in KINDS:
        Image.fromarray(np.full((4, 6, 3), 90, np.uint8)).save(seen / f"{kind}.file", kind)
    (seen / "page.png").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    (seen / "empty.png").touch()
    (seen / "bomb.png").write_bytes(png_header(60_000, 60_000))
    (seen / "huge.png").write_bytes(png_header(4, 4))
    with (seen / "huge.png").open("r+b") as file:
        file.truncate(prediction_files.MAX_FILE_BYTES + 1)  # takes no room on the disk
    (root.parent / "secret.png").write_bytes(png_header(4, 4))
    (seen / "link.png").symlink_to(root.parent / "secret.png")
    return root


@pytest.fixture(scope="module")
def api(root: Path, serve_app: ServeApp) -> httpx.Client:
    names = [f"{kind}.file" for kind in KINDS]
    names += ["page.png", "empty.png", "bomb.png", "huge.png", "link.png", "gone.png", "../../secret.png"]
    images: list[Path | None] = [*(root / "pictures" / name for name in names), None]
    with SummaryWriter(root / "a") as writer:
        writer.add_predictions(
            "val", [0] * len(images), np.full(len(images), 0.5), images=images, global_step=1
        )
    store = LogStore(root)
    store.refresh()
    return serve_app(store, folder_of=store.folder_of)


def image(api: httpx.Client, row: int, **headers: str) -> httpx.Response:
    query: dict[str, Any] = {"run": "a", "tag": "val", "step": 1, "row": row}
    return api.get("/api/v1/prediction-image", params=query, headers=headers)


@pytest.mark.parametrize(("row", "kind"), list(enumerate(KINDS)))
def test_every_kind_of_image_is_sent_as_it_is(api: httpx.Client, root: Path, row: int, kind: str) -> None:
    answer = image(api, row)
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"image/{kind.lower()}")
    assert answer.content == (root / "pictures" / f"{kind}.file").read_bytes()
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


REFUSED = {
    5: (415, "'page.png' begins with the bytes 3c 73 76 67"),
    6: (415, "'empty.png' is empty"),
    7: (413, "pixels"),
    8: (413, "at most 67,108,864 are read"),
    9: (404, "outside of the log directory"),
    10: (404, "is not there"),
    11: (404, "outside of the log directory"),
    12: (404, "no image of row 12"),
}


@pytest.mark.parametrize(("row", "wanted"), list(REFUSED.items()))
def test_everything_else_is_refused_with_the_reason(
    api: httpx.Client, row: int, wanted: tuple[int, str]
) -> None:
    answer = image(api, row)
    assert answer.status_code == wanted[0]
    assert wanted[1] in answer.json()["error"]["message"]


def test_the_examples_say_which_images_cannot_be_shown(api: httpx.Client) -> None:
    found = api.post("/api/v1/prediction-examples", json={"run": "a", "tag": "val", "order": "row"}).json()
    assert found["has_images"]
    told = [example["image_problem"] for example in found["examples"]]
    assert told[: len(KINDS)] == [None] * len(KINDS)
    assert [example["has_image"] for example in found["examples"]] == [True] * len(KINDS) + [False] * 8
    for row, (_, words) in REFUSED.items():
        if row == 12:
            assert told[row] is None  # none was logged: nothing is wrong
        else:
            assert words in told[row]


def test_a_file_that_changes_is_asked_for_again(api: httpx.Client, root: Path) -> None:
    first = image(api, 0)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    assert image(api, 0, **{"If-None-Match": tag}).status_code == 304
    path = root / "pictures" / "PNG.file"
    before = path.read_bytes()
    Image.fromarray(np.full((4, 6, 3), 200, np.uint8)).save(path, "PNG")
    again = image(api, 0, **{"If-None-Match": tag})
    assert again.status_code == 200
    assert np.asarray(Image.open(io.BytesIO(again.content))).max() == 200
    path.write_bytes(before)


def test_without_a_folder_it_is_said(root: Path, api: httpx.Client, serve_app: ServeApp) -> None:
    store = LogStore(root)
    store.refresh()
    elsewhere = serve_app(store)
    found = elsewhere.post("/api/v1/prediction-examples", json={"run": "a", "tag": "val", "order": "row"})
    assert "the folder of the run is not on this machine" in found.json()["examples"][0]["image_problem"]
    assert image(elsewhere, 0).status_code == 404


def test_a_named_log_directory_ends_where_it_ends(tmp_path: Path, serve_app: ServeApp) -> None:
    """Runs of `mine:.../mine` are called `mine/...`, as if they lay below the folder above it."""
    root = tmp_path / "mine"
    (root / "a").mkdir(parents=True)
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "beside.png")
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(root / "within.png")
    with SummaryWriter(root / "a") as writer:
        images = [tmp_path / "beside.png", root / "within.png"]
        writer.add_predictions("val", [0, 1], [0.5, 0.5], images=images, global_step=1)
    both = CombinedSource({"mine": LogStore(root), "other": LogStore(tmp_path / "other")})
    both.refresh()
    api = serve_app(both, folder_of=both.folder_of)
    query = {"run": "mine/a", "tag": "val", "step": 1}
    refused = api.get("/api/v1/prediction-image", params={**query, "row": 0})
    assert refused.status_code == 404
    assert "outside of the log directory" in refused.json()["error"]["message"]
    assert api.get("/api/v1/prediction-image", params={**query, "row": 1}).status_code == 200
    record = glassboard.open({"mine": str(root), "other": str(tmp_path)}).runs["mine/a"].predictions("val")[0]
    with pytest.raises(NotFoundError, match="outside of the log directory"):
        record.image(0)
