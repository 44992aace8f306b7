"""Images of predictions by the paths of their files: what is written, and what is read back, within the log directory."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import glassboard
from glassboard import SummaryWriter
from glassboard.codec.payloads.predictions import ImagePaths
from glassboard.errors import CorruptError, MisuseError, NotFoundError, TooLargeError
from glassboard.store.named_files import find_named_file, read_named_file
from glassboard.store.source import RunFolder
from glassboard.writer import predictions as predictions_writer
from glassboard.writer.image_paths import relative_to_run

ROWS = 5


def pictures(folder: Path, count: int = ROWS) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for row in range(count):
        path = folder / f"{row}.png"
        Image.fromarray(np.full((4, 3, 3), row * 10, np.uint8)).save(path)
        paths.append(path)
    return paths


def log(run: Path, images: object, rows: int = ROWS) -> None:
    with SummaryWriter(run) as writer:
        writer.add_predictions("val", [0] * rows, np.full(rows, 0.25), images=images, global_step=1)


@pytest.mark.parametrize("form", ["absolute", "relative", "text", "array", "through a link"])
def test_every_row_names_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(predictions_writer, "MAX_PART_ROWS", 2)
    monkeypatch.chdir(tmp_path)
    paths: list[Path] = pictures(tmp_path / "runs" / "pictures")
    images: object = paths
    if form == "relative":
        images = [path.relative_to(tmp_path) for path in paths]
    elif form == "text":
        images = [f"runs/../runs//pictures/{path.name}" for path in paths]
    elif form == "array":
        images = np.array([str(path) for path in paths])
    elif form == "through a link":
        (tmp_path / "link").symlink_to(tmp_path / "runs")
        images = [tmp_path / "link" / "pictures" / path.name for path in paths]
    log(Path("runs/a/b"), images)
    record = glassboard.open(tmp_path / "runs").runs["a/b"].predictions("val")[-1]
    assert record.image_paths == tuple(f"../../pictures/{row}.png" for row in range(ROWS))
    assert record.has_images
    for row in range(ROWS):
        np.testing.assert_array_equal(record.image(row), np.full((4, 3, 3), row * 10, np.uint8))


def test_a_log_that_moved_still_finds_its_images(tmp_path: Path) -> None:
    log(tmp_path / "runs" / "a", pictures(tmp_path / "runs" / "a" / "seen"))
    (tmp_path / "runs").rename(tmp_path / "elsewhere")
    record = glassboard.open(tmp_path / "elsewhere").runs["a"].predictions("val")[-1]
    assert record.image_paths[3] == "seen/3.png"
    assert record.image(3).max() == 30


def test_rows_without_an_image_have_none(tmp_path: Path) -> None:
    paths = pictures(tmp_path / "a", 1)
    log(tmp_path / "a", [None, *paths, None, None, *paths])
    record = glassboard.open(tmp_path).runs["a"].predictions("val")[-1]
    assert record.image_paths == ("", "0.png", "", "", "0.png")
    with pytest.raises(NotFoundError, match="no image of row 2"):
        record.image(2)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (["a.png"] * 4, "found 4 paths of images, wanted 5"),
        (["a.png"] * 4 + [7], "found int 7 as image of row 4, wanted the path of an image file"),
        (["a.png"] * 4 + [""], "found '' as image of row 4"),
        (["a.png"] * 4 + ["a/"], "found 'a/' as image of row 4"),
        (["a.png"] * 4 + ["a/.."], "found 'a/..' as image of row 4"),
        (["a.png"] * 4 + ["a\0.png"], "as image of row 4"),
        (["https://host/a.png"] * 5, "found the address 'https://host/a.png' as image of row 0"),
        (["s3://bucket/a.png"] * 5, "found the address"),
        (["data:image/png;base64,AAAA"] * 5, "found the address"),
        (["a.png"] * 4 + [np.zeros((3, 3))], "as image of row 4"),
    ],
)  # fmt: skip
def test_what_is_no_path_is_refused_before_anything_is_written(
    tmp_path: Path, images: object, message: str
) -> None:
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(MisuseError, match=message):
            writer.add_predictions("val", [0] * ROWS, np.full(ROWS, 0.25), images=images)
        writer.flush()
        assert writer.health.written_count == 0


def test_a_run_in_object_storage_takes_pixels_alone() -> None:
    with pytest.raises(MisuseError, match="in object storage, wanted pixels"):
        relative_to_run(["a.png"], "s3://bucket/run", 1)


@given(
    st.lists(
        st.one_of(
            st.just(""),
            st.lists(st.text("ab.é\udcff", min_size=1, max_size=3), min_size=1, max_size=3).map("/".join),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_paths_are_kept_whatever_they_share(paths: list[str]) -> None:
    kept = ImagePaths.of(paths)
    assert [kept.of_row(row) for row in range(len(paths))] == paths
    assert kept.prefix == "" or kept.prefix.endswith("/")


def test_paths_share_what_they_begin_with() -> None:
    kept = ImagePaths.of([f"../pictures/val/{row:05}.png" for row in range(1000)])
    assert kept.prefix == "../pictures/val/"
    assert len(kept.rests.data) == 1000 * len("00000.png")


@pytest.fixture
def fenced(tmp_path: Path) -> Path:
    """A log directory with the run `a`, and beside it what must not be read."""
    (tmp_path / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\n secret")
    (tmp_path / "runs-other").mkdir()
    (tmp_path / "runs-other" / "secret.png").write_bytes(b"secret")
    pictures(tmp_path / "runs" / "a", 1)
    (tmp_path / "runs" / "out").symlink_to(tmp_path)
    (tmp_path / "runs" / "a" / "out.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "runs" / "a" / "round").symlink_to("round")
    os.mkfifo(tmp_path / "runs" / "a" / "pipe.png")
    return tmp_path / "runs"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("../../secret.png", "outside of the log directory"),
        ("../../runs-other/secret.png", "outside of the log directory"),
        ("../a/../../secret.png", "outside of the log directory"),
        ("/etc/passwd", "outside of the log directory"),
        ("../out/secret.png", "outside of the log directory"),
        ("out.png", "outside of the log directory"),
        ("0.png\0", "outside of the log directory"),
        ("", "outside of the log directory"),
        ("x" * 5000, "cannot be read: File name too long"),
        ("round", "leads nowhere|cannot be read"),
        ("gone.png", "is not there"),
        ("../a", "is no plain file"),
        ("pipe.png", "is no plain file"),
        (".", "is no plain file"),
    ],
)  # fmt: skip
def test_no_path_leaves_the_log_directory(fenced: Path, path: str, told: str) -> None:
    with pytest.raises(NotFoundError, match=told):
        find_named_file(path, RunFolder("a", fenced / "a", fenced))


def test_files_within_are_read_up_to_a_bound(fenced: Path) -> None:
    file = find_named_file("../a/0.png", RunFolder("a", fenced / "a", fenced))
    data = (fenced / "a" / "0.png").read_bytes()
    assert read_named_file(file, len(data)) == data
    assert read_named_file(file, 8, head_only=True) == data[:8]
    with pytest.raises(TooLargeError, match="at most 8 are read"):
        read_named_file(file, 8)


def test_a_file_that_is_exchanged_for_a_link_or_a_pipe_is_not_read(fenced: Path) -> None:
    path = fenced / "a" / "0.png"
    file = find_named_file("0.png", RunFolder("a", fenced / "a", fenced))
    path.unlink()
    path.symlink_to(fenced.parent / "secret.png")
    with pytest.raises(NotFoundError, match="cannot be read"):
        read_named_file(file, 1 << 20)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(NotFoundError, match="was exchanged"):
        read_named_file(file, 1 << 20)


def test_the_reader_follows_no_path_out_and_decodes_no_text(tmp_path: Path) -> None:
    outside = pictures(tmp_path / "outside", 1)
    text = tmp_path / "runs" / "a" / "text.png"
    text.parent.mkdir(parents=True)
    text.write_text("no image")
    log(tmp_path / "runs" / "a", [*outside, text, None, None, None])
    record = glassboard.open(tmp_path / "runs").runs["a"].predictions("val")[-1]
    with pytest.raises(NotFoundError, match="outside of the log directory"):
        record.image(0)
    with pytest.raises(CorruptError, match="the image of row 1 at step 1 cannot be decoded"):
        record.image(1)
