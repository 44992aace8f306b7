"""Decodes and encodes event files."""

from collections.abc import Sequence
from typing import final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

@final
class SeriesInfo:
    """One series of a file: a tag in one form, with the metadata its tag carried first."""

    @property
    def tag(self) -> bytes:
        """As stored; UTF-8 unless the writer was wrong."""
    @property
    def form(self) -> str:
        """`scalar`, `image`, `histo`, `audio`, `tensor`, `none`, `graph_def`, `meta_graph_def` or `run_metadata`."""
    @property
    def plugin_name(self) -> str: ...
    @property
    def plugin_content(self) -> bytes: ...
    @property
    def display_name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def data_class(self) -> int:
        """0 unknown, 1 scalar, 2 tensor, 3 blob sequence."""

@final
class ScalarColumns:
    """Scalar points grouped by series: group i is rows starts[i] to starts[i + 1] of series[i], in file order."""

    @property
    def series(self) -> NDArray[np.int32]: ...
    @property
    def starts(self) -> NDArray[np.int64]: ...
    @property
    def steps(self) -> NDArray[np.int64]: ...
    @property
    def wall_times(self) -> NDArray[np.float64]: ...
    @property
    def values(self) -> NDArray[np.float64]: ...

@final
class SampleColumns:
    """Samples grouped by series as in `ScalarColumns`, located by absolute offset and length in the file."""

    @property
    def series(self) -> NDArray[np.int32]: ...
    @property
    def starts(self) -> NDArray[np.int64]: ...
    @property
    def steps(self) -> NDArray[np.int64]: ...
    @property
    def wall_times(self) -> NDArray[np.float64]: ...
    @property
    def offsets(self) -> NDArray[np.int64]: ...
    @property
    def lengths(self) -> NDArray[np.int64]: ...

@final
class Damage:
    """Bytes that could not be read: `length-checksum`, `data-checksum`, `too-long` or `undecodable`."""

    @property
    def offset(self) -> int: ...
    @property
    def length(self) -> int:
        """Bytes lost so far. Damage at the end of the file may grow: a later one of the same offset replaces it."""
    @property
    def reason(self) -> str: ...

@final
class SessionStart:
    @property
    def step(self) -> int: ...
    @property
    def wall_time(self) -> float: ...
    @property
    def offset(self) -> int: ...

@final
class Batch:
    """What was read since the last `take`."""

    @property
    def scalars(self) -> ScalarColumns: ...
    @property
    def samples(self) -> SampleColumns: ...
    @property
    def damage(self) -> list[Damage]: ...
    @property
    def session_starts(self) -> list[SessionStart]: ...
    @property
    def records(self) -> int:
        """Records with sound checksums, undecodable ones included."""

@final
class EventScanner:
    """Turns the bytes of one event file into columns. Holds no bytes between calls; any thread may call it."""

    def __init__(self, max_record_bytes: int = 1073741824) -> None: ...
    def feed(self, chunk: Buffer) -> int:
        """Decodes whole records from `chunk`, which starts at `offset`, and returns how many bytes it used."""
    def take(self) -> Batch:
        """Hands over everything read since the last call."""
    @property
    def offset(self) -> int:
        """Absolute offset of the first byte that is not decoded yet."""
    @property
    def wanted_bytes(self) -> int:
        """Bytes from `offset` that the next record needs, at least 12."""
    @property
    def series(self) -> list[SeriesInfo]:
        """Every series met so far, in order of first appearance; ids in the columns index this list."""
    @property
    def series_revision(self) -> int:
        """Grows whenever `series` would be different."""
    @property
    def file_version(self) -> str | None:
        """What the first record says (`brain.Event:2`); None while there is none or it is no version record."""
    @property
    def writer(self) -> str:
        """The writer that the file names itself, or empty."""

@final
class Image:
    @property
    def height(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def colorspace(self) -> int: ...
    @property
    def encoded(self) -> bytes: ...

@final
class Histogram:
    @property
    def min(self) -> float: ...
    @property
    def max(self) -> float: ...
    @property
    def num(self) -> float: ...
    @property
    def sum(self) -> float: ...
    @property
    def sum_squares(self) -> float: ...
    @property
    def limits(self) -> NDArray[np.float64]:
        """Right edge of each bucket."""
    @property
    def counts(self) -> NDArray[np.float64]: ...

@final
class Audio:
    @property
    def sample_rate(self) -> float: ...
    @property
    def num_channels(self) -> int: ...
    @property
    def length_frames(self) -> int: ...
    @property
    def encoded(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...

@final
class Tensor:
    @property
    def dtype(self) -> int:
        """TensorFlow's `DataType` number."""
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def content(self) -> bytes:
        """Little-endian elements in row-major order; one element alone stands for all; empty stands for zeros."""
    @property
    def strings(self) -> list[bytes] | None:
        """The elements of a string tensor; None for other types."""

@final
class Value:
    """The fields of one `Summary.Value`."""

    @property
    def tag(self) -> bytes: ...
    @property
    def form(self) -> str:
        """`scalar` (a simple value), `image`, `histo`, `audio`, `tensor` or `none`."""
    @property
    def plugin_name(self) -> str: ...
    @property
    def plugin_content(self) -> bytes: ...
    @property
    def display_name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def data_class(self) -> int: ...
    @property
    def simple_value(self) -> float | None: ...
    @property
    def image(self) -> Image | None: ...
    @property
    def histogram(self) -> Histogram | None: ...
    @property
    def audio(self) -> Audio | None: ...
    @property
    def tensor(self) -> Tensor | None: ...

def decode_value(data: Buffer) -> Value:
    """Decodes one encoded `Summary.Value`. Raises `glassboard.errors.CorruptError`."""

def encode_scalars(
    rows: Sequence[tuple[str, int, float, float]],
    *,
    double_precision: bool = False,
    display_name: str = "",
    description: str = "",
) -> bytes:
    """Frames one event per row of (tag, step, wall time, value): float32 `simple_value`s or float64 tensors."""

def encode_image(
    tag: str,
    step: int,
    wall_time: float,
    height: int,
    width: int,
    colorspace: int,
    encoded: Buffer,
    *,
    plugin_name: str = "",
    plugin_content: bytes = b"",
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes: ...
def encode_histogram(
    tag: str,
    step: int,
    wall_time: float,
    minimum: float,
    maximum: float,
    num: float,
    total: float,
    sum_squares: float,
    limits: NDArray[np.float64],
    counts: NDArray[np.float64],
    *,
    plugin_name: str = "",
    plugin_content: bytes = b"",
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes: ...
def encode_audio(
    tag: str,
    step: int,
    wall_time: float,
    sample_rate: float,
    num_channels: int,
    length_frames: int,
    encoded: Buffer,
    content_type: str,
    *,
    plugin_name: str = "",
    plugin_content: bytes = b"",
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes: ...
def encode_tensor(
    tag: str,
    step: int,
    wall_time: float,
    dtype: int,
    shape: Sequence[int],
    content: Buffer | Sequence[str | bytes],
    *,
    plugin_name: str = "",
    plugin_content: bytes = b"",
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes:
    """Frames a tensor: little-endian elements in row-major order, or the strings of a string tensor (dtype 7)."""

def encode_value(
    tag: str,
    step: int,
    wall_time: float,
    fields: Buffer = b"",
    *,
    plugin_name: str = "",
    plugin_content: bytes = b"",
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes:
    """Frames a value whose remaining fields are encoded already; without `fields` it is metadata only, as hparams are."""

def encode_graph(graph_def: Buffer, step: int, wall_time: float) -> bytes: ...
def encode_run_metadata(tag: str, run_metadata: Buffer, step: int, wall_time: float) -> bytes: ...
def encode_file_version(wall_time: float) -> bytes: ...
def encode_session_start(step: int, wall_time: float) -> bytes: ...
def frame(payload: Buffer) -> bytes:
    """Frames bytes that are an encoded `Event` already."""

def crc32c(data: Buffer, crc: int = 0) -> int: ...
def masked_crc32c(data: Buffer) -> int: ...
def crc32c_implementation() -> str:
    """`sse4.2`, `armv8` or `table`."""
