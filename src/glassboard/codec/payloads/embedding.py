"""Embeddings for the projector: `projector_config.pbtxt` and the files it names.

The config is a `ProjectorConfig` message in protobuf's text form, in the run's folder; the paths in it are relative to
that folder. Source of the fields: tensorboard/plugins/projector/projector_config.proto.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from glassboard.errors import CorruptError, TooLargeError

__all__ = [
    "CONFIG_NAME",
    "EmbeddingEntry",
    "Sprite",
    "format_config",
    "format_metadata",
    "merge",
    "parse_config",
    "read_metadata",
]

CONFIG_NAME = "projector_config.pbtxt"
MAX_CONFIG_BYTES = 16 << 20
MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Sprite:
    """One image that holds a picture per point, row by row, `width` x `height` pixels each."""

    image_path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class EmbeddingEntry:
    """One embedding of a projector config. Paths are relative to the folder of the config; empty where there is none."""

    tensor_name: str
    tensor_path: str = ""
    """Tab-separated text, a row per point, or raw float32 little-endian in C order of `tensor_shape`."""
    metadata_path: str = ""
    """Text, a line per point; with several tab-separated columns the first line names them."""
    tensor_shape: tuple[int, ...] = ()
    """(points, dimensions); empty where the file has to be read to know."""
    sprite: Sprite | None = None
    bookmarks_path: str = ""
    checkpoint_path: str = ""
    """Of the model that the tensor is of: one for the whole config. It is not read."""


_BLANK = re.compile(r"(?:[\s;,]|\#[^\n]*)*")
_TOKEN = re.compile(
    _BLANK.pattern
    + r"""
        (?: (?P<name>[A-Za-z_][\w.]*)
          | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
          | (?P<number>[-+]?[0-9.][\w.+-]*)
          | (?P<sign>[{}<>\[\]:]) )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    rb"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL
)
_SIMPLE_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class _Message:
    fields: tuple[tuple[str, str | int | _Message], ...]

    def all(self, name: str) -> Iterator[str | int | _Message]:
        return (value for field, value in self.fields if field == name)

    def text(self, name: str) -> str:
        """The last string under the name: where a field is repeated by mistake, protobuf keeps the last one."""
        return next((value for value in reversed(list(self.all(name))) if isinstance(value, str)), "")

    def sizes(self, name: str) -> tuple[int, ...]:
        return tuple(value for value in self.all(name) if isinstance(value, int))


def _unescape(match: re.Match[bytes]) -> bytes:
    octal, hexadecimal, short, long, char = match.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if short or long:
        try:
            return chr(int(short or long, 16)).encode()
        except (ValueError, OverflowError) as error:
            raise CorruptError(
                f"escape {match.group().decode()!r} in a projector config is no character"
            ) from error
    return _SIMPLE_ESCAPES.get(char, char)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def _error(self, wanted: str) -> CorruptError:
        line = self._text.count("\n", 0, self._at) + 1
        found = self._text[self._at : self._at + 20].strip() or "the end"
        return CorruptError(f"projector config is broken in line {line}: found {found!r}, wanted {wanted}")

    def _next(self, *kinds: str) -> str | None:
        """The next token if it is one of the kinds (a group of `_TOKEN`) or one of the signs, else None."""
        match = _TOKEN.match(self._text, self._at)
        if match is None or (match.lastgroup not in kinds and match[match.lastgroup or 0] not in kinds):
            return None
        self._at = match.end()
        return match[match.lastgroup or 0]

    def _at_end(self) -> bool:
        blank = _BLANK.match(self._text, self._at)
        return blank is not None and blank.end() == len(self._text)

    def message(self, closing: str | None, depth: int) -> _Message:
        if depth > MAX_DEPTH:
            raise TooLargeError(f"projector config nests deeper than {MAX_DEPTH} levels")
        fields: list[tuple[str, str | int | _Message]] = []
        while not (self._at_end() if closing is None else self._next(closing)):
            name = self._next("name")
            if name is None:
                raise self._error(f"a field name or {closing or 'the end'}")
            self._next(":")
            if self._next("["):
                while not self._next("]"):
                    fields.append((name, self._value(depth)))
            else:
                fields.append((name, self._value(depth)))
        return _Message(tuple(fields))

    def _value(self, depth: int) -> str | int | _Message:
        opening = self._next("{", "<")
        if opening:
            return self.message("}" if opening == "{" else ">", depth + 1)
        text = self._next("string")
        if text is not None:
            parts = []
            while text is not None:  # strings that follow each other are one string
                parts.append(_ESCAPE.sub(_unescape, text[1:-1].encode("utf-8", "replace")))
                text = self._next("string")
            return b"".join(parts).decode("utf-8", "replace")
        number = self._next("number", "name")
        if number is None:
            raise self._error("a value")
        try:
            return int(number, 0)
        except ValueError:
            return number  # an enum name, a bool or a float: no field of ours has one


def parse_config(data: bytes) -> tuple[EmbeddingEntry, ...]:
    """The embeddings of a `projector_config.pbtxt`, in its order; unknown fields are passed over.

    Raises `CorruptError` with the line where the text is broken, `TooLargeError` over 16 MiB.
    """
    if len(data) > MAX_CONFIG_BYTES:
        raise TooLargeError(f"projector config of {len(data)} bytes, at most {MAX_CONFIG_BYTES} are read")
    config = _Parser(data.decode("utf-8", "replace")).message(closing=None, depth=0)
    entries = []
    checkpoint = config.text("model_checkpoint_path")
    for entry in config.all("embeddings"):
        if not isinstance(entry, _Message):
            raise CorruptError("projector config holds an embedding that is not a message")
        sprite = None
        for found in entry.all("sprite"):
            dims = found.sizes("single_image_dim") if isinstance(found, _Message) else ()
            if isinstance(found, _Message) and len(dims) == 2 and min(dims) > 0:
                sprite = Sprite(found.text("image_path"), *dims)
        entries.append(
            EmbeddingEntry(
                tensor_name=entry.text("tensor_name"),
                tensor_path=entry.text("tensor_path"),
                metadata_path=entry.text("metadata_path"),
                tensor_shape=entry.sizes("tensor_shape"),
                sprite=sprite,
                bookmarks_path=entry.text("bookmarks_path"),
                checkpoint_path=checkpoint,
            )
        )
    return tuple(entries)


def _quoted(text: str) -> str:
    out = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )
    return f'"{out}"'


def format_config(entries: tuple[EmbeddingEntry, ...]) -> bytes:
    """The text of a `projector_config.pbtxt` with these embeddings."""
    checkpoint = next((entry.checkpoint_path for entry in entries if entry.checkpoint_path), "")
    lines = [f"model_checkpoint_path: {_quoted(checkpoint)}"] if checkpoint else []
    for entry in entries:
        lines += ["embeddings {", f"  tensor_name: {_quoted(entry.tensor_name)}"]
        for name in ("metadata_path", "bookmarks_path"):
            if getattr(entry, name):
                lines.append(f"  {name}: {_quoted(getattr(entry, name))}")
        lines += [f"  tensor_shape: {size}" for size in entry.tensor_shape]
        if entry.sprite:
            lines += ["  sprite {", f"    image_path: {_quoted(entry.sprite.image_path)}"]
            lines += [f"    single_image_dim: {size}" for size in (entry.sprite.width, entry.sprite.height)]
            lines.append("  }")
        if entry.tensor_path:
            lines.append(f"  tensor_path: {_quoted(entry.tensor_path)}")
        lines.append("}")
    return "".join(f"{line}\n" for line in lines).encode()


def merge(entries: tuple[EmbeddingEntry, ...], new: EmbeddingEntry) -> tuple[EmbeddingEntry, ...]:
    """The entries with `new` in the place of the one of the same name, or at the end."""
    at = next((i for i, entry in enumerate(entries) if entry.tensor_name == new.tensor_name), len(entries))
    return (*entries[:at], new, *entries[at + 1 :])


def _cell(value: object) -> str:
    """A label on one line and in one column, which is all that the format can hold."""
    return str(value).replace("\t", " ").replace("\r\n", " ").replace("\n", " ").replace("\r", " ")


def format_metadata(header: Sequence[object] | None, rows: Sequence[Sequence[object]]) -> bytes:
    """A metadata file: a line per row, and a header line where there are several columns, as the format wants."""
    lines = [header, *rows] if header is not None and len(header) > 1 else rows
    text = "".join("\t".join(map(_cell, line)) + "\n" for line in lines)
    return text.encode("utf-8", "backslashreplace")


def read_metadata(data: bytes, point_count: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Column names and a row of strings per point of a metadata file.

    A single column has no header line; its name is `label`. Raises `CorruptError` where the lines do not fit the points.
    """
    lines = data.decode("utf-8", "replace").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    if len(lines) == point_count and not (lines and "\t" in lines[0]):
        return ("label",), [(line,) for line in lines]
    if len(lines) != point_count + 1:
        raise CorruptError(
            f"metadata has {len(lines)} lines for {point_count} points; wanted one each, and a header for several columns"
        )
    header, *rows = (tuple(line.split("\t")) for line in lines)
    return header, [(row + ("",) * len(header))[: len(header)] for row in rows]
