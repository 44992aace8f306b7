"""What every `Provider` promises, as tests. Needs pytest.

Subclass, say how data gets in and how a provider over it is opened, and let pytest collect the class:

    class TestMyProvider(ProviderContract):
        ...
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from glassboard.errors import NotFoundError
from glassboard.store.provider import Provider
from glassboard.types import Kind

__all__ = ["ProviderContract"]


class ProviderContract:
    """Tests over an implementation that the four methods below reach."""

    @pytest.fixture
    def provider(self) -> Provider:
        """A provider over an empty log, not refreshed yet; what is logged later must reach it."""
        raise NotImplementedError

    def log_scalars(
        self, run: str, tag: str, steps: Sequence[int], values: Sequence[float], wall_times: Sequence[float]
    ) -> None:
        raise NotImplementedError

    def log_text(self, run: str, tag: str, step: int, text: str) -> None:
        raise NotImplementedError

    def remove_run(self, run: str) -> None:
        raise NotImplementedError

    def _log(
        self, run: str, tag: str, steps: Sequence[int], values: Sequence[float], *, began: float = 100.0
    ) -> None:
        self.log_scalars(run, tag, steps, values, [began + at for at in range(len(steps))])

    def test_nothing_logged_is_no_error(self, provider: Provider) -> None:
        assert provider.refresh() == frozenset()
        assert dict(provider.runs()) == {}
        assert provider.status().point_count == 0
        assert provider.status().state == "waiting"
        assert provider.location

    def test_before_the_first_refresh_it_is_loading(self, provider: Provider) -> None:
        assert provider.status().state == "loading"

    def test_every_point_is_kept_as_it_was_logged(self, provider: Provider) -> None:
        values = [0.5, math.nan, math.inf, -math.inf, 0.5, 1e30]
        self.log_scalars("a", "loss", [0, 1, 2, 3, 3, 10], values, [10.0, 11.5, 11.0, 12.0, 12.0, 99.25])
        provider.refresh()
        series = provider.scalars("a", "loss")
        assert series.steps.tolist() == [0, 1, 2, 3, 3, 10]
        assert series.wall_times.tolist() == [10.0, 11.5, 11.0, 12.0, 12.0, 99.25]
        np.testing.assert_array_equal(series.values, np.array(values, np.float32))
        dtypes = [column.dtype.name for column in (series.steps, series.wall_times, series.values)]
        assert dtypes == ["int64", "float64", "float64"]
        assert provider.status().state == "ready"

    def test_arrays_are_immutable(self, provider: Provider) -> None:
        self._log("a", "loss", [0], [1.0])
        self.log_text("a", "note", 0, "x")
        provider.refresh()
        series, samples = provider.scalars("a", "loss"), provider.samples("a", "note", Kind.TEXT)
        for column in (
            series.steps,
            series.wall_times,
            series.values,
            samples.steps,
            samples.wall_times,
            samples.lengths,
        ):
            with pytest.raises(ValueError, match="read-only"):
                column[0] = 0

    def test_what_was_handed_out_stays_as_it_is(self, provider: Provider) -> None:
        self._log("a", "loss", [0, 1], [1.0, 2.0])
        provider.refresh()
        before = provider.scalars("a", "loss")
        for step in range(2, 40):
            self._log("a", "loss", [step], [float(step)])
            provider.refresh()
        assert before.values.tolist() == [1.0, 2.0]
        assert provider.scalars("a", "loss").steps.tolist() == list(range(40))

    def test_refresh_names_the_runs_that_changed(self, provider: Provider) -> None:
        self._log("a", "loss", [0], [1.0])
        self._log("b", "loss", [0], [1.0])
        assert provider.refresh() == {"a", "b"}
        assert provider.refresh() == frozenset()
        self._log("b", "loss", [1], [1.0])
        assert provider.refresh() == {"b"}
        self._log("c", "loss", [0], [1.0])
        assert provider.refresh() == {"c"}
        self.remove_run("a")
        assert provider.refresh() == {"a"}
        assert list(provider.runs()) == ["b", "c"]

    def test_revision_grows_with_every_change_and_only_then(self, provider: Provider) -> None:
        revisions = []
        for step in range(3):
            self._log("a", "loss", [step], [1.0])
            provider.refresh()
            revisions.append(provider.status().revision)
        assert revisions == sorted(set(revisions))
        provider.refresh()
        provider.scalars("a", "loss")
        assert provider.status().revision == revisions[-1]

    def test_runs_are_described_in_natural_order(self, provider: Provider) -> None:
        self.log_scalars("run10", "loss", [0, 7], [1.0, 2.0], [5.0, 9.0])
        self.log_scalars("run2", "loss", [0], [1.0], [3.0])
        self.log_text("run2", "note", 4, "x")
        provider.refresh()
        runs = provider.runs()
        assert list(runs) == ["run2", "run10"]
        ten = runs["run10"]
        assert (ten.name, ten.first_wall_time, ten.last_wall_time, ten.last_step) == ("run10", 5.0, 9.0, 7)
        assert (ten.point_count, ten.file_count, ten.problem_count) == (2, 1, 0)
        assert runs["run2"].point_count == 2
        assert provider.status().point_count == 4

    def test_tags_are_described_in_natural_order(self, provider: Provider) -> None:
        self._log("a", "loss10", [3, 5], [1.0, 2.0])
        self._log("a", "loss2", [0], [1.0])
        self.log_text("a", "note", 9, "x")
        provider.refresh()
        tags = provider.tags("a")
        assert [(info.tag, info.kind) for info in tags] == [
            ("loss2", Kind.SCALAR),
            ("loss10", Kind.SCALAR),
            ("note", Kind.TEXT),
        ]
        # Whatever the order of the names, how they were logged is known: the layers of a network follow each other.
        assert [info.tag for info in sorted(tags, key=lambda info: info.order)] == ["loss10", "loss2", "note"]
        ten = tags[1]
        assert (ten.point_count, ten.first_step, ten.last_step, ten.last_wall_time) == (2, 3, 5, 101.0)

    def test_one_tag_may_hold_two_kinds(self, provider: Provider) -> None:
        self._log("a", "x", [0], [1.0])
        self.log_text("a", "x", 1, "text")
        provider.refresh()
        assert [info.kind for info in provider.tags("a")] == [Kind.SCALAR, Kind.TEXT]
        assert provider.scalars("a", "x").steps.tolist() == [0]
        assert provider.samples("a", "x", Kind.TEXT).steps.tolist() == [1]

    def test_steps_that_go_back_open_a_segment(self, provider: Provider) -> None:
        self._log("a", "loss", [0, 1, 2, 2, 1, 2, 5], [1.0] * 7)
        provider.refresh()
        found = [(s.start, s.stop, s.first_step, s.last_step) for s in provider.scalars("a", "loss").segments]
        assert found == [(0, 4, 0, 2), (4, 7, 1, 5)]

    def test_samples_are_located_and_read_when_asked_for(self, provider: Provider) -> None:
        for step in range(3):
            self.log_text("a", "note", step, f"text {step}")
        provider.refresh()
        samples = provider.samples("a", "note", Kind.TEXT)
        assert samples.steps.tolist() == [0, 1, 2]
        assert len(samples.lengths) == len(samples.keys) == len(set(samples.keys)) == 3
        for index in range(3):
            data = provider.read_sample("a", "note", Kind.TEXT, index)
            assert len(data) == samples.lengths[index]
            assert f"text {index}".encode() in data
        assert provider.samples("a", "note", Kind.TEXT).keys == samples.keys

    def test_unknown_names_are_not_found_and_the_nearest_is_named(self, provider: Provider) -> None:
        self._log("baseline", "train/loss", [0], [1.0])
        self.log_text("baseline", "note", 0, "x")
        provider.refresh()
        with pytest.raises(NotFoundError, match="'baseline'"):
            provider.tags("basline")
        with pytest.raises(NotFoundError, match="'train/loss'"):
            provider.scalars("baseline", "train/los")
        with pytest.raises(NotFoundError):
            provider.scalars("baseline", "note")
        with pytest.raises(NotFoundError):
            provider.samples("baseline", "note", Kind.IMAGE)
        with pytest.raises(NotFoundError):
            provider.samples("baseline", "train/loss", Kind.SCALAR)
        for index in (-1, 1):
            with pytest.raises(NotFoundError, match="it has 1"):
                provider.read_sample("baseline", "note", Kind.TEXT, index)

    def test_readers_and_the_refreshing_thread_do_not_disturb_each_other(self, provider: Provider) -> None:
        self._log("a", "loss", [0], [0.0])
        provider.refresh()
        wrong: list[object] = []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                series = provider.scalars("a", "loss")
                if series.values.tolist() != [float(step) for step in series.steps]:
                    wrong.append(series)
                provider.runs()
                provider.tags("a")
                provider.status()

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for step in range(1, 60):
            self._log("a", "loss", [step], [float(step)])
            provider.refresh()
        done.set()
        for reader in readers:
            reader.join()
        assert not wrong
        assert len(provider.scalars("a", "loss").steps) == 60
