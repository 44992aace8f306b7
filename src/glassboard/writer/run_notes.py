"""Notes and tags of a run."""

from __future__ import annotations

from collections.abc import Iterable

from glassboard.codec.payloads import run_notes
from glassboard.codec.payloads.tensor import DT_STRING
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe
from glassboard.writer.tensor import TensorJob

__all__ = ["prepare_note", "prepare_tags"]

MAX_TAGS = 1000


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def prepare_note(step: int, wall_time: float, text: object) -> TensorJob:
    """Raises `MisuseError` for anything but a string that says something."""
    if not isinstance(text, str) or not text.strip():
        raise MisuseError(f"found {describe(text)} as a note, wanted a string that is not empty")
    return TensorJob(
        run_notes.NOTES_TAG, step, wall_time, DT_STRING, (1,), [_encoded(text)], run_notes.NOTES_PLUGIN
    )


def prepare_tags(wall_time: float, tags: tuple[object, ...]) -> TensorJob:
    """The set in the order given, each tag once. Raises `MisuseError`."""
    given: Iterable[object] = tags
    if len(tags) == 1 and not isinstance(tags[0], str) and isinstance(tags[0], Iterable):
        given = tags[0]
    found: dict[str, None] = {}
    for tag in given:
        if not isinstance(tag, str) or not tag.strip():
            raise MisuseError(f"found {describe(tag)} as a tag of the run, wanted a string that is not empty")
        found[tag.strip()] = None
    if len(found) > MAX_TAGS:
        raise MisuseError(f"found {len(found)} tags of the run, wanted at most {MAX_TAGS}")
    content = [_encoded(tag) for tag in found]
    return TensorJob(
        run_notes.TAGS_TAG, 0, wall_time, DT_STRING, (len(content),), content, run_notes.TAGS_PLUGIN
    )
