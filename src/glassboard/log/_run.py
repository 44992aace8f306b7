"""One run of a log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from glassboard._kernel import decode_value
from glassboard.codec.payloads import hparams, text
from glassboard.codec.payloads.hparams import Experiment, HParam, SessionEnd, SessionStart
from glassboard.errors import NotFoundError
from glassboard.log._predictions import PredictionsRecords
from glassboard.log._samples import (
    AudioSample,
    GraphSample,
    HistogramSample,
    ImageSample,
    PrCurveSample,
    Sample,
    Samples,
    TensorSample,
    TextSample,
    VideoSample,
)
from glassboard.log._scalars import Scalars
from glassboard.log.selection import iter_scalars
from glassboard.log.tables import ScalarTable
from glassboard.store.embeddings import Embedding, read_embeddings
from glassboard.store.meshes import Mesh, mesh_series, read_mesh
from glassboard.store.named_files import find_named_file, read_named_file
from glassboard.store.names import name_not_found
from glassboard.store.provider import Provider, RunInfo, TagInfo
from glassboard.store.run_notes import Note, read_run_notes
from glassboard.store.source import RunFolder
from glassboard.types import Kind

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Run", "Tags"]

_S = TypeVar("_S", bound=Sample)
_MAX_NAMED_FILE_BYTES = 256 << 20


class Tags(Mapping[str, Kind]):
    """Tag -> kind, in natural order. A tag that holds several kinds maps to the first; `kinds` gives all of them."""

    def __init__(self, run: str, infos: tuple[TagInfo, ...]) -> None:
        self._run = run
        self._kinds: dict[str, tuple[Kind, ...]] = {}
        for info in infos:
            self._kinds[info.tag] = (*self._kinds.get(info.tag, ()), info.kind)

    def kinds(self, tag: str) -> tuple[Kind, ...]:
        if tag not in self._kinds:
            raise name_not_found("tag", tag, self._kinds, where=f"run {self._run!r}")
        return self._kinds[tag]

    def of(self, kind: Kind | str) -> tuple[str, ...]:
        """The tags of one kind: `run.tags.of("image")`."""
        wanted = Kind(kind)
        return tuple(tag for tag, kinds in self._kinds.items() if wanted in kinds)

    def __getitem__(self, tag: str) -> Kind:
        return self.kinds(tag)[0]

    def __contains__(self, tag: object) -> bool:
        return tag in self._kinds

    def get(self, tag: str, default: Kind | None = None) -> Kind | None:  # type: ignore[override]  # None or one
        try:
            return self[tag]
        except NotFoundError:
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{tag!r}: {'+'.join(kinds)}" for tag, kinds in self._kinds.items()) + "}"


class Run:
    """One run, as far as it was read: `Log.refresh` reads on. Methods raise `NotFoundError` for a tag that is not there."""

    def __init__(self, provider: Provider, name: str, place: RunFolder | None) -> None:
        self._provider = provider
        self._place = place
        self.name = name
        """Path relative to the log directory; "." for the directory itself."""

    @property
    def info(self) -> RunInfo:
        """First and last wall time, last step, numbers of points, files and problems."""
        runs = self._provider.runs()
        if self.name not in runs:
            raise name_not_found("run", self.name, runs, where=self._provider.location)
        return runs[self.name]

    @property
    def tags(self) -> Tags:
        return Tags(self.name, tuple(self._provider.tags(self.name)))

    def scalars(self, tag: str) -> Scalars:
        """Every point of a scalar tag.

        loss = glassboard.open("runs").runs["baseline"].scalars("train/loss")
        plt.plot(loss.steps, loss.values)
        """
        return Scalars.of(self.name, tag, self._provider.scalars(self.name, tag))

    def to_pandas(self, *, tags: str | None = None, newest: bool = False) -> pd.DataFrame:
        """Every scalar of the run as `Log.to_pandas` gives them."""
        return self._table(tags, newest).to_pandas()

    def to_polars(self, *, tags: str | None = None, newest: bool = False) -> pl.DataFrame:
        """Every scalar of the run as `Log.to_polars` gives them."""
        return self._table(tags, newest).to_polars()

    def to_arrow(self, *, tags: str | None = None, newest: bool = False) -> pa.Table:
        """Every scalar of the run as `Log.to_arrow` gives them."""
        return self._table(tags, newest).to_arrow()

    def _table(self, tags: str | None, newest: bool) -> ScalarTable:
        exactly = rf"\A{re.escape(self.info.name)}\Z"
        return ScalarTable.of(iter_scalars(self._provider, runs=exactly, tags=tags, newest=newest))

    def images(self, tag: str) -> Samples[ImageSample]:
        """Every image sample of a tag: `run.images("data/samples")[0].to_numpy()`."""
        return self._samples(tag, Kind.IMAGE, ImageSample)

    def audio(self, tag: str) -> Samples[AudioSample]:
        return self._samples(tag, Kind.AUDIO, AudioSample)

    def videos(self, tag: str) -> Samples[VideoSample]:
        """Every WebM or MP4 video of a tag. Animated GIFs are images."""
        return self._samples(tag, Kind.VIDEO, VideoSample)

    def texts(self, tag: str) -> Samples[TextSample]:
        """Every text of a tag; the ending `/text_summary`, which writers append to the tags of texts, may be left out."""
        tags = self.tags
        if Kind.TEXT not in tags._kinds.get(tag, ()) and tag + text.TAG_SUFFIX in tags:
            tag += text.TAG_SUFFIX
        return self._samples(tag, Kind.TEXT, TextSample)

    def histograms(self, tag: str) -> Samples[HistogramSample]:
        return self._samples(tag, Kind.HISTOGRAM, HistogramSample)

    def pr_curves(self, tag: str) -> Samples[PrCurveSample]:
        return self._samples(tag, Kind.PR_CURVE, PrCurveSample)

    def predictions(self, tag: str) -> PredictionsRecords:
        """Every evaluation that `add_predictions` logged under a tag, as NumPy columns.

        evaluation = run.predictions("val")[-1]
        accuracy = (evaluation.predicted == evaluation.targets).mean()
        """
        provider, name = self._provider, self.name
        series = provider.samples(name, tag, Kind.PREDICTIONS)
        return PredictionsRecords(
            name,
            tag,
            series,
            lambda index: provider.read_sample(name, tag, Kind.PREDICTIONS, index),
            self._read_named_file,
        )

    def _read_named_file(self, path: str) -> bytes:
        if self._place is None:
            raise NotFoundError(
                f"the folder of run {self.name!r} is not on this machine: {path!r} is not read"
            )
        file = find_named_file(path, self._place)
        return read_named_file(file, _MAX_NAMED_FILE_BYTES)

    def meshes(self, tag: str) -> tuple[Mesh, ...]:
        """Every mesh and point cloud of a name that `add_mesh` was given, with faces, colours and configuration."""
        count = len(mesh_series(self._provider, self.name, tag).steps)
        return tuple(read_mesh(self._provider, self.name, tag, index) for index in range(count))

    def tensors(self, tag: str, *, kind: Kind = Kind.TENSOR) -> Samples[TensorSample]:
        """Every tensor of a tag; `kind` reaches tensors that have a kind of their own, such as meshes."""
        return self._samples(tag, kind, TensorSample)

    def graphs(self, tag: str | None = None) -> Samples[GraphSample]:
        """The graphs of a tag; without one, of the first tag that has a graph."""
        infos = [info for info in self._provider.tags(self.name) if info.kind is Kind.GRAPH]
        keras = [info.tag for info in infos if info.plugin_name == "graph_keras_model"]
        if tag is None:
            plain = [info.tag for info in infos if info.tag not in keras]
            if not plain:
                raise NotFoundError(f"no graph in run {self.name!r}")
            tag = plain[0]
        if tag in keras:
            raise NotFoundError(
                f"{tag!r} in run {self.name!r} is a Keras model in JSON: read it with tensors(tag, kind=Kind.GRAPH)"
            )
        return self._samples(tag, Kind.GRAPH, GraphSample)

    @property
    def hparams(self) -> Mapping[str, HParam]:
        """Hyperparameter -> value, as the newest session start in this run says; empty where there is none."""
        starts = [each for each in self._hparams_values() if isinstance(each, SessionStart)]
        return starts[-1].hparams if starts else MappingProxyType({})

    @property
    def experiment(self) -> Experiment | None:
        """The hyperparameters and metrics that this run declares, with their domains; None where it declares none."""
        found = [each for each in self._hparams_values() if isinstance(each, Experiment)]
        return found[-1] if found else None

    @property
    def session_end(self) -> SessionEnd | None:
        """How and when the session ended, where the hyperparameter writer said so."""
        found = [each for each in self._hparams_values() if isinstance(each, SessionEnd)]
        return found[-1] if found else None

    def _hparams_values(self) -> list[Experiment | SessionStart | SessionEnd]:
        values = []
        for info in self._provider.tags(self.name):
            if info.kind is Kind.HPARAMS:
                for index in range(info.point_count):
                    data = self._provider.read_sample(self.name, info.tag, Kind.HPARAMS, index)
                    values.append(hparams.decode(decode_value(data)))
        return values

    @property
    def notes(self) -> tuple[Note, ...]:
        """What `add_note` said of the run, the oldest first: `run.notes[-1].text`."""
        return read_run_notes(self._provider, self.name).notes

    @property
    def run_tags(self) -> tuple[str, ...]:
        """The tags of the run as `set_tags` set them last; `tags` are the names of its series."""
        return read_run_notes(self._provider, self.name).tags

    @property
    def embeddings(self) -> Mapping[str, Embedding]:
        """Name -> embedding, from the projector config in the run's folder."""
        return MappingProxyType(
            {} if self._place is None else read_embeddings(self._place.folder, root=self._place.root)
        )

    def _samples(self, tag: str, kind: Kind, make: type[_S]) -> Samples[_S]:
        provider, name = self._provider, self.name

        def fetch(index: int) -> bytes:
            return provider.read_sample(name, tag, kind, index)

        return Samples(name, tag, provider.samples(name, tag, kind), make, fetch)

    def __repr__(self) -> str:
        info = self.info
        at = "" if info.last_step is None else f", last step {info.last_step}"
        problems = f", {info.problem_count} problems" if info.problem_count else ""
        return f"<Run {self.name!r}: {len(self.tags)} tags, {info.point_count:,} points{at}{problems}>"
