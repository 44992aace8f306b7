"""The public `SummaryWriter`: the calls of torch.utils.tensorboard, written by a background thread."""

from __future__ import annotations

import os
import socket
import threading
import time
import weakref
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from glassboard import _kernel
from glassboard.codec.payloads.graph import encode_graph_def
from glassboard.codec.payloads.hparams import Status
from glassboard.errors import MisuseError
from glassboard.instrument.graph import trace_graph
from glassboard.writer import embedding, histogram, image, pr_curve, text
from glassboard.writer.arrays import describe
from glassboard.writer.background import ROWS_PER_WAKE, BackgroundWriter
from glassboard.writer.event_file import check_suffix
from glassboard.writer.figure import render
from glassboard.writer.health import Health
from glassboard.writer.hparams import Trial
from glassboard.writer.point import as_float, as_step, as_tag, as_wall_time
from glassboard.writer.record import RecordJob
from glassboard.writer.scalar import FLOAT32_MAX, DeviceScalar, TensorScalar, on_device

if TYPE_CHECKING:
    from typing import Self

__all__ = ["SummaryWriter"]

_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1
_INFINITY = float("inf")


class SummaryWriter:
    """Logs a training run to event files that Glassboard and TensorBoard read; a drop-in for torch.utils.tensorboard.

    Calls return at once: values are checked and copied, and a background thread encodes and writes them. What was logged
    is on disk within a second, and at `flush`, at `close` and at interpreter exit. Any thread may call any method. In a
    forked process the writer goes on in a file of its own.

    Wrong arguments raise `MisuseError` at the call. Trouble with the disk after construction never raises: it is warned
    of once, writing is tried again, `health` tells how it stands, and `close` says how many points were lost.
    NaN and infinite values are data and are written as they are. A closed writer opens a new file at the next call.

        with SummaryWriter("runs/first") as writer:
            for step in range(100):
                writer.add_scalar("train/loss", 1 / (step + 1), step)
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 1,
        filename_suffix: str = "",
        *,
        logdir: str | os.PathLike[str] | None = None,
    ) -> None:
        """Creates the folder and an event file in it; raises `OSError` where that is not possible.

        log_dir          folder of the run; by default `runs/<date>_<time>_<host><comment>`. `logdir` is the same.
        comment          ends the default folder's name
        purge_step       points at this step and after, written before by a run that is resumed now, are outdated
        max_queue        accepted for compatibility: the queue is bounded by bytes
        flush_secs       seconds after which points are on disk at the latest; more than 1 is taken as 1
        filename_suffix  ends the names of the event files
        """
        if log_dir and logdir and os.fspath(log_dir) != os.fspath(logdir):
            raise MisuseError(f"found log_dir {log_dir!r} and logdir {logdir!r}, wanted one of them")
        self.log_dir = _as_log_dir(log_dir or logdir, comment)
        self.purge_step = None if purge_step is None else as_step(purge_step)
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = check_suffix(filename_suffix)
        interval_secs = as_float(flush_secs, "seconds as flush_secs")
        if not interval_secs > 0:
            raise MisuseError(f"found flush_secs {flush_secs!r}, wanted more than 0")
        # Absolute, because the script may change its working directory.
        self._folder = Path(self.log_dir).absolute()
        if self._folder.exists() and not self._folder.is_dir():
            raise MisuseError(f"found a file, wanted a folder as log_dir: {self.log_dir}")
        self._background = BackgroundWriter(
            self._folder, suffix=self.filename_suffix, interval_secs=interval_secs
        )
        self._known_tags: set[str] = set()
        self._trial = Trial()
        self._trial_lock = threading.Lock()
        self._trial_count = 1
        # Where the user forgets to close and lets go of the writer; interpreter exit is the background's own affair.
        weakref.finalize(self, self._background.close_later).atexit = False
        if self.purge_step is not None:
            self._background.add_job(RecordJob(_kernel.encode_session_start(self.purge_step, time.time())))

    def get_logdir(self) -> str:
        """The folder of the run, as it was given."""
        return self.log_dir

    @property
    def health(self) -> Health:
        """How many points were written, wait, or were lost, and why."""
        return self._background.health()

    def add_scalar(
        self,
        tag: str,
        scalar_value: object,
        global_step: object = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
        *,
        display_name: str = "",
        summary_description: str = "",
    ) -> None:
        """Logs one number: Python's, NumPy's, or an array or tensor of one element.

        Numbers are stored in 32 bits, as TensorBoard does, unless `double_precision` is set or they would overflow. A CUDA
        tensor is copied on its device and read by the background thread, so that the call does not wait for the device.
        """
        try:
            if tag not in self._known_tags:
                self._known_tags.add(as_tag(tag))
        except TypeError:
            as_tag(tag)  # what cannot be hashed is no string
        if type(global_step) is not int or not _INT64_MIN <= global_step <= _INT64_MAX:
            global_step = as_step(global_step)
        if new_style or double_precision or display_name or summary_description:
            value = as_float(scalar_value)
            texts = (display_name, summary_description)
            self._add_tensor_scalar(
                tag, global_step, walltime, value, is_double=double_precision, texts=texts
            )
            return
        if type(scalar_value) is not float:
            if (pending := on_device(scalar_value)) is not None:
                self._background.add_job(DeviceScalar(tag, global_step, as_wall_time(walltime), *pending))
                return
            scalar_value = as_float(scalar_value)
        if FLOAT32_MAX < scalar_value < _INFINITY or -_INFINITY < scalar_value < -FLOAT32_MAX:
            self._add_tensor_scalar(tag, global_step, walltime, scalar_value, is_double=True)
            return
        background = self._background
        rows = background.queue
        rows.append(
            (tag, global_step, time.time() if walltime is None else as_wall_time(walltime), scalar_value)
        )
        if background.is_idle or not len(rows) & (ROWS_PER_WAKE - 1):
            background.wake()

    def _add_tensor_scalar(
        self,
        tag: str,
        step: int,
        walltime: float | None,
        value: float,
        *,
        is_double: bool,
        texts: tuple[str, str] = ("", ""),
    ) -> None:
        job = TensorScalar(tag, step, as_wall_time(walltime), value, is_double, *texts)
        self._background.add_job(job)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, object],
        global_step: object = None,
        walltime: float | None = None,
    ) -> None:
        """Logs several numbers as the tags `main_tag/key` of this run."""
        if not isinstance(tag_scalar_dict, Mapping):
            raise MisuseError(
                f"found {describe(tag_scalar_dict)} as tag_scalar_dict, wanted a dict of numbers by name"
            )
        step, wall_time = as_step(global_step), as_wall_time(walltime)
        for key, value in tag_scalar_dict.items():
            self.add_scalar(f"{as_tag(main_tag)}/{as_tag(key)}", value, step, wall_time)

    def add_histogram(
        self,
        tag: str,
        values: object,
        global_step: object = None,
        bins: object = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Logs the distribution of any real values. Empty, NaN and infinite values are data: they are counted apart.

        bins      `tensorflow` (edges at plus and minus 1e-12 * 1.1^k), a rule of `numpy.histogram`, a number, or edges
        max_bins  neighbouring buckets are put together until there are no more than this
        """
        self._background.add_job(
            histogram.prepare(
                as_tag(tag), as_step(global_step), as_wall_time(walltime), values, bins, max_bins
            )
        )

    def add_image(
        self,
        tag: str,
        img_tensor: object,
        global_step: object = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """Logs an image: an array or tensor laid out as `dataformats` says (any order of H, W, C and N), or a Pillow image.

        Floats from 0 to 1 are scaled, uint8 are levels already, bool is black and white; values outside are clipped and
        NaN is drawn in magenta. 1 channel is grey, 2 grey and alpha, 3 RGB, 4 RGBA.
        """
        self._background.add_job(
            image.prepare(as_tag(tag), as_step(global_step), as_wall_time(walltime), img_tensor, dataformats)
        )

    def add_images(
        self,
        tag: str,
        img_tensor: object,
        global_step: object = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Logs a batch of images as one image, eight to a row. Otherwise as `add_image`."""
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_figure(
        self,
        tag: str,
        figure: object,
        global_step: object = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Logs a Matplotlib figure, or a list of figures as one image, and closes them in pyplot unless `close` is False."""
        # Drawn now, because the figure may change, and Matplotlib is not for several threads.
        pixels = render(figure, close=close)
        self.add_image(tag, pixels, global_step, walltime, "NHWC")

    def add_text(
        self, tag: str, text_string: str, global_step: object = None, walltime: float | None = None
    ) -> None:
        """Logs a string, shown as Markdown. The tag in the file is `tag/text_summary`, as torch.utils.tensorboard has it."""
        self._background.add_job(
            text.prepare(as_tag(tag), as_step(global_step), as_wall_time(walltime), text_string)
        )

    def add_pr_curve(
        self,
        tag: str,
        labels: object,
        predictions: object,
        global_step: object = None,
        num_thresholds: int = 127,
        weights: object = None,
        walltime: float | None = None,
    ) -> None:
        """Logs a precision-recall curve of a binary classifier.

        labels       0 or 1 per element
        predictions  the probability of 1 per element; NaN counts as 0
        weights      one number, or one per element
        """
        self._background.add_job(
            pr_curve.prepare(
                as_tag(tag),
                as_step(global_step),
                as_wall_time(walltime),
                labels,
                predictions,
                num_thresholds,
                weights,
            )
        )

    def add_hparams(
        self,
        hparam_dict: Mapping[str, object],
        metric_dict: Mapping[str, object],
        hparam_domain_discrete: Mapping[str, object] | None = None,
        run_name: str | None = None,
        global_step: object = None,
    ) -> None:
        """Logs the hyperparameters of this run and what they reached; the metrics become scalars of this run.

        Values may be of any type; what is no number, bool or string is written as its text. Further calls add names, and
        with other values for the names they had begin another trial, in the sub-run `trial_2`, `trial_3`, ... With
        `run_name` everything goes to the sub-run of that name.
        """
        domains = {} if hparam_domain_discrete is None else hparam_domain_discrete
        named = {"hparam_dict": hparam_dict, "metric_dict": metric_dict, "hparam_domain_discrete": domains}
        for name, mapping in named.items():
            if not isinstance(mapping, Mapping):
                raise MisuseError(f"found {describe(mapping)} as {name}, wanted a dict")
        step, wall_time = as_step(global_step), time.time()
        metrics = {
            as_tag(key): as_float(value, f"a single number as the metric {key!r}")
            for key, value in metric_dict.items()
        }
        with self._trial_lock:
            if not run_name and self._trial.contradicts(hparam_dict):
                self._trial_count += 1
                run_name = f"trial_{self._trial_count}"
            jobs = [] if run_name else self._trial.add(hparam_dict, tuple(metrics), domains, step, wall_time)
        if run_name:
            with SummaryWriter(Path(self.log_dir) / run_name, filename_suffix=self.filename_suffix) as writer:
                writer.add_hparams(hparam_dict, metrics, domains, global_step=step)
            return
        for job in jobs:
            self._background.add_job(job)
        for key, value in metrics.items():
            self.add_scalar(key, value, step, wall_time)

    def add_embedding(
        self,
        mat: object,
        metadata: object = None,
        label_img: object = None,
        global_step: object = None,
        tag: str = "default",
        metadata_header: object = None,
    ) -> None:
        """Logs points for the embedding projector, in files beside the event file.

        mat              [points, dimensions], numbers
        metadata         a label per point, or with `metadata_header` a list of labels per point
        label_img        a picture per point, [points, channels, height, width], as `add_image` takes them
        metadata_header  the names of the columns of `metadata`

        Each step and tag is an embedding of its own; the same step and tag again replaces the one before.
        """
        job = embedding.prepare(
            self._folder,
            as_tag(tag),
            as_step(global_step),
            mat,
            metadata=metadata,
            metadata_header=metadata_header,
            label_img=label_img,
        )
        self._background.add_job(job)

    def add_graph(
        self, model: Any, input_to_model: Any = None, verbose: bool = False, use_strict_trace: bool = True
    ) -> None:
        """Logs the graph of a torch module: modules, operations, parameter counts, and the shape of every tensor.

        input_to_model    what the module is called with, once; a tuple is its positional arguments
        verbose           prints the graph
        use_strict_trace  accepted for compatibility: nothing is traced by torch.jit
        """
        graph = trace_graph(model, input_to_model)
        if verbose:
            print(graph.summary())
        self._background.add_job(RecordJob(_kernel.encode_graph(encode_graph_def(graph), 0, time.time())))

    def flush(self) -> None:
        """Returns when everything logged so far was handed to the operating system."""
        self._background.flush()

    def close(self) -> None:
        """Writes what is left, closes the file, and warns of points that were lost. Logging again opens a new file."""
        self._end(Status.SUCCESS)

    def _end(self, status: Status) -> None:
        with self._trial_lock:
            for job in self._trial.end(status, 0, time.time()):
                self._background.add_job(job)
        self._background.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end(Status.SUCCESS if kind is None else Status.FAILURE)


def _as_log_dir(log_dir: str | os.PathLike[str] | None, comment: str) -> str:
    if not log_dir:
        moment = datetime.now().astimezone().strftime("%b%d_%H-%M-%S")
        return str(Path("runs") / f"{moment}_{socket.gethostname()}{comment}")
    try:
        folder = os.fspath(log_dir)
    except TypeError:
        raise MisuseError(f"found {describe(log_dir)} as log_dir, wanted a path") from None
    if "\0" in folder:
        raise MisuseError(f"found {folder!r} as log_dir, wanted a path without null characters")
    if "://" in folder:
        raise MisuseError(
            f"found {folder!r} as log_dir, wanted a folder of this machine; object stores cannot be written yet"
        )
    return folder
