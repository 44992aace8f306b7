# Generated from the extension by `make gen`; never edited.
"""Decodes and encodes event files, and makes their curves small."""

from collections.abc import Sequence

import numpy
import numpy.typing
from typing_extensions import Buffer

def return_free_memory() -> None:
    """
    Hands memory that was freed, but is kept by the C library for later, back to the system where it can.
    """

class SeriesInfo:
    """
    One series of a file: a tag in one form, with the metadata its tag carried first.
    """

    @property
    def tag(self) -> bytes:
        """As stored; UTF-8 unless the writer was wrong."""

    @property
    def form(self) -> str:
        """
        `scalar`, `image`, `histo`, `audio`, `tensor`, `none`, `graph_def`, `meta_graph_def`, `run_metadata` or `video` (an image with a video beside it).
        """

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

class ScalarColumns:
    """
    Scalar points grouped by series: rows starts[i] to starts[i + 1] are those of series[i], in file order. Each access makes a new array over the same memory.
    """

    @property
    def series(self) -> numpy.typing.NDArray[numpy.int32]: ...
    @property
    def starts(self) -> numpy.typing.NDArray[numpy.int64]: ...
    @property
    def steps(self) -> numpy.typing.NDArray[numpy.int64]: ...
    @property
    def wall_times(self) -> numpy.typing.NDArray[numpy.float64]: ...
    @property
    def values(self) -> numpy.typing.NDArray[numpy.float64]: ...

class SampleColumns:
    """
    Samples grouped by series as in `ScalarColumns`, each located by its absolute offset and length in the file.
    """

    @property
    def series(self) -> numpy.typing.NDArray[numpy.int32]: ...
    @property
    def starts(self) -> numpy.typing.NDArray[numpy.int64]: ...
    @property
    def steps(self) -> numpy.typing.NDArray[numpy.int64]: ...
    @property
    def wall_times(self) -> numpy.typing.NDArray[numpy.float64]: ...
    @property
    def offsets(self) -> numpy.typing.NDArray[numpy.int64]: ...
    @property
    def lengths(self) -> numpy.typing.NDArray[numpy.int64]: ...

class Damage:
    """Bytes that gave no event."""

    @property
    def offset(self) -> int: ...
    @property
    def length(self) -> int:
        """
        Bytes lost. At the end of the file it may grow: a later damage of the same offset replaces this one.
        """

    @property
    def reason(self) -> str:
        """`length-checksum`, `data-checksum`, `too-long` or `undecodable`."""

class SessionStart:
    """A record by which a writer says that it starts here."""

    @property
    def step(self) -> int: ...
    @property
    def wall_time(self) -> float: ...
    @property
    def offset(self) -> int: ...

class Batch:
    """What was read since the last `take`."""

    @property
    def scalars(self) -> ScalarColumns:
        """Of all series but the long ones."""

    @property
    def long_scalars(self) -> list[ScalarColumns]: ...
    @property
    def samples(self) -> SampleColumns: ...
    @property
    def extent(self) -> tuple[float, float, int, int]:
        """
        First and last finite wall time, last step and number of all points. Without points: infinity, minus infinity, the least integer and 0.
        """

    @property
    def damage(self) -> list[Damage]: ...
    @property
    def session_starts(self) -> list[SessionStart]: ...
    @property
    def records(self) -> int:
        """Records with sound checksums, undecodable ones included."""

class EventScanner:
    """
    Turns the bytes of one event file into columns. Holds no bytes between calls; any thread may call it.
    """

    def __init__(self, max_record_bytes: int = 1073741824, long_rows: int = 50000) -> None:
        """
        A series with more than `long_rows` new points has columns of its own in a batch.
        """

    def feed(self, chunk: Buffer) -> int:
        """
        Decodes the whole records in `chunk`, which starts at `offset`; returns how many bytes it used.
        """

    def take(self) -> Batch:
        """Hands over everything read since the last call."""

    @staticmethod
    def resume(position: Buffer, table: Buffer, max_record_bytes: int = 1073741824) -> EventScanner:
        """
        A scanner that goes on where the one stood whose `position` and `table` these are. Raises `glassboard.errors.CorruptError` where they are not.
        """

    @property
    def position(self) -> bytes:
        """
        Where it stands, as bytes for `resume`. Right after `take` only: what was not taken is not in it.
        """

    @property
    def table(self) -> bytes:
        """
        What it learnt of series and writer, as bytes for `resume`; the same bytes for files of the same series.
        """

    @property
    def offset(self) -> int:
        """Absolute offset of the first byte that is not decoded yet."""

    @property
    def wanted_bytes(self) -> int:
        """Bytes from `offset` that the next record needs, at least 12."""

    @property
    def series(self) -> list[SeriesInfo]:
        """
        Every series met so far, in order of first appearance; ids in the columns index this list.
        """

    @property
    def series_revision(self) -> int:
        """Grows whenever `series` would be different."""

    @property
    def file_version(self) -> str | None:
        """
        What the first record says (`brain.Event:2`); None while there is none or it is another kind of record.
        """

    @property
    def writer(self) -> str:
        """The writer that the file names, or empty."""

class Image:
    """An image as its writer encoded it."""

    @property
    def height(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def colorspace(self) -> int:
        """Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA."""

    @property
    def encoded(self) -> bytes: ...

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
    def limits(self) -> numpy.typing.NDArray[numpy.float64]:
        """Right edge of each bucket."""

    @property
    def counts(self) -> numpy.typing.NDArray[numpy.float64]: ...

class Audio:
    """Sound as its writer encoded it."""

    @property
    def sample_rate(self) -> float:
        """In hertz."""

    @property
    def num_channels(self) -> int: ...
    @property
    def length_frames(self) -> int: ...
    @property
    def encoded(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...

class Tensor:
    @property
    def dtype(self) -> int:
        """TensorFlow's number of the element type."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def content(self) -> bytes:
        """
        Little-endian elements in row-major order; one element alone stands for all, none for zeros.
        """

    @property
    def strings(self) -> list[bytes] | None:
        """
        Elements of a string tensor, of which one alone stands for all; None for other types.
        """

class Value:
    """The fields of one `Summary.Value`."""

    @property
    def tag(self) -> bytes: ...
    @property
    def form(self) -> str:
        """
        `scalar` (a simple value), `image`, `histo`, `audio`, `tensor` or `none`.
        """

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
    """
    Decodes one encoded `Summary.Value`. Raises `glassboard.errors.CorruptError`.
    """

def encode_scalars(
    rows: Sequence[tuple[str, int, float, float]],
    *,
    double_precision: bool = False,
    display_name: str = "",
    description: str = "",
) -> bytes:
    """
    Frames one event per row of (tag, step, wall time, value): float32 `simple_value`s or float64 tensors.
    """

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
    plugin_content: Buffer = ...,
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes:
    """Frames an image that is encoded already."""

def encode_histogram(
    tag: str,
    step: int,
    wall_time: float,
    minimum: float,
    maximum: float,
    num: float,
    total: float,
    sum_squares: float,
    limits: numpy.typing.NDArray[numpy.float64],
    counts: numpy.typing.NDArray[numpy.float64],
    *,
    plugin_name: str = "",
    plugin_content: Buffer = ...,
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes:
    """
    Frames a histogram; `limits` are the right edges of the buckets, `counts` what is in them.
    """

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
    plugin_content: Buffer = ...,
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes:
    """Frames sound that is encoded already."""

def encode_tensor(
    tag: str,
    step: int,
    wall_time: float,
    dtype: int,
    shape: Sequence[int],
    content: Buffer | Sequence[str | bytes],
    *,
    plugin_name: str = "",
    plugin_content: Buffer = b"",
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes:
    """
    Frames a tensor: little-endian elements in row-major order, or the strings of a string tensor (dtype 7).
    """

def encode_value(
    tag: str,
    step: int,
    wall_time: float,
    fields: Buffer = ...,
    *,
    plugin_name: str = "",
    plugin_content: Buffer = ...,
    display_name: str = "",
    description: str = "",
    data_class: int = 0,
) -> bytes:
    """
    Frames a value whose other fields are encoded already; without `fields` it is metadata alone, as hparams are.
    """

def encode_graph(graph_def: Buffer, step: int, wall_time: float) -> bytes:
    """Frames an encoded `GraphDef`."""

def encode_run_metadata(tag: str, run_metadata: Buffer, step: int, wall_time: float) -> bytes:
    """Frames an encoded `RunMetadata` under a tag."""

def encode_file_version(wall_time: float) -> bytes:
    """Frames the record that an event file starts with."""

def encode_session_start(step: int, wall_time: float) -> bytes:
    """Frames the record that says a writer starts at `step`."""

def frame(payload: Buffer) -> bytes:
    """Frames bytes that are an encoded `Event` already."""

def count_floats(
    values: Buffer, item_bytes: int, cells: Buffer, shift: int, bucket_count: int
) -> tuple[numpy.typing.NDArray[numpy.int64], float, float, float, float, int, int, int]:
    """
    Counts floats of 4 or 8 bytes into buckets. The upper bits of a value, shifted by `shift`, name a cell: its `split` (of the type of the values) and its `base` (an integer of the same size), the bucket of what lies below the split. Gives the counts; minimum, maximum, sum and sum of squares of the finite values; and how many are NaN, positive and negative infinity.
    """

def crc32c(data: Buffer, crc: int = 0) -> int:
    """CRC-32C of `data`, continued from `crc`."""

def masked_crc32c(data: Buffer) -> int:
    """CRC-32C of `data`, masked as TFRecord files hold it."""

def crc32c_implementation() -> str:
    """`sse4.2`, `armv8` or `table`."""

def smooth_exponentially(
    values: numpy.typing.NDArray[numpy.float64], weight: float
) -> numpy.typing.NDArray[numpy.float64]:
    """
    The debiased exponential mean of finite `values` float64[n] at every point, float64[n].

    With m = 0 before the first point: m = weight * m + (1 - weight) * value, and the result is m / (1 - weight ** count), the mean of all values so far with weights that fall by `weight` a point. `weight` is in [0, 1); 0 changes nothing. Raises `MisuseError` for another weight. Source: bias correction as in Adam, https://arxiv.org/abs/1412.6980, section 3.
    """

def mean_between(
    curve: numpy.typing.NDArray[numpy.float64], shown: numpy.typing.NDArray[numpy.int64]
) -> numpy.typing.NDArray[numpy.float64]:
    """
    `curve` at the ascending rows `shown`, each the mean from the row before it to the one after; the first, the last, and those whose mean is not finite as they are.
    """

def as_float32(numbers: numpy.typing.NDArray[numpy.float64]) -> numpy.typing.NDArray[numpy.float32] | None:
    """
    The same numbers as float32[n]; None where one of them is not the same in it.
    """

def as_int32(numbers: numpy.typing.NDArray[numpy.int64]) -> numpy.typing.NDArray[numpy.int32] | None:
    """The same numbers as int32[n]; None where one of them is beyond it."""

def as_float64(numbers: numpy.typing.NDArray[numpy.int64]) -> numpy.typing.NDArray[numpy.float64] | None:
    """
    The same numbers as float64[n]; None where one of them has more than 53 bits.
    """
