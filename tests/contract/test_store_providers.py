"""The provider contract on every implementation."""

import shutil

import numpy as np
import pytest

from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder, MemoryProvider, records
from glassboard.testing.provider_contract import ProviderContract
from glassboard.types import Kind


class TestLogStore(ProviderContract):
    @pytest.fixture
    def provider(self, tmp_path):
        self.logdir = LogdirBuilder(tmp_path / "logs")
        self.writers = {}
        store = LogStore(tmp_path / "logs")
        yield store
        store.close()

    def writer(self, run):
        if run not in self.writers:
            self.writers[run] = self.logdir.run(run)
        return self.writers[run]

    def log_scalars(self, run, tag, steps, values, wall_times):
        self.writer(run).scalars(tag, values, steps=steps, wall_times=wall_times)

    def log_text(self, run, tag, step, text):
        self.writer(run).text(tag, text, step=step)

    def remove_run(self, run):
        shutil.rmtree(self.writers.pop(run).folder)


class TestMemoryProvider(ProviderContract):
    @pytest.fixture
    def provider(self):
        self.memory = MemoryProvider()
        return self.memory

    def log_scalars(self, run, tag, steps, values, wall_times):
        self.memory.add_scalars(run, tag, steps, np.float32(values).tolist(), wall_times=wall_times)

    def log_text(self, run, tag, step, text):
        self.memory.add_sample(
            run, tag, Kind.TEXT, records.text_value(tag, [text]), step=step, plugin_name="text"
        )

    def remove_run(self, run):
        self.memory.remove_run(run)
