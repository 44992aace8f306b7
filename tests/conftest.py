"""What every test may rely on, however the tests were started; one quick walkthrough for the tests of several folders."""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from glassboard.demo.data import CharacterImages
    from glassboard.demo.walkthrough import WalkthroughResult

# Tests run side by side already. Threads of a library beside them wait by spinning, and take the processor from those they
# wait for; read when NumPy and torch are loaded, here and in every process that a test starts.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")


# How long an example takes, and how long making it, says how busy the machine is.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_configure() -> None:
    # A shell starts background jobs with SIGINT ignored, and children inherit that: then no Ctrl-C test could pass.
    # A handler of ours is reset to the default in every process that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def new_threads() -> Callable[[], set[str]]:
    """Names of the threads that run now and did not when the test began: a shared server of other tests may run on."""
    before = set(threading.enumerate())
    return lambda: {thread.name for thread in threading.enumerate() if thread not in before}


@dataclass(frozen=True)
class QuickWalkthrough:
    """One quick walkthrough over the embedded data set: what it returned and printed."""

    result: WalkthroughResult
    printed: str
    images: CharacterImages
    """The data set, of which the quick setting takes the first images."""


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes of this run of the tests, for what takes long to make and is only read."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def made_once(done: Path) -> Iterator[bool]:
    """Whether the caller is the one to make what `done` stands for; the others wait until it is there.

    Who fails leaves it to the next one, which then fails by itself.
    """
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()


@pytest.fixture(scope="session")
def hiragana_cache(shared_folder: Path) -> Path:
    """A cache folder (`XDG_CACHE_HOME`) that holds the embedded data set, rendered once."""
    from glassboard.demo.hiragana import load_hiragana
    from glassboard.demo.source import default_cache_dir

    cache = shared_folder / "cache"
    done = shared_folder / "rendered"
    with made_once(done) as first:
        if first:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("XDG_CACHE_HOME", str(cache))
                load_hiragana(default_cache_dir())
            done.touch()
    return cache


@pytest.fixture(scope="session")
def quick_walkthrough(shared_folder: Path, hiragana_cache: Path) -> QuickWalkthrough:
    """Made by the first process that asks: the tests only read its log directory."""
    # Whoever asks for other tests only need not wait for torch.
    from glassboard.demo.hiragana import load_hiragana
    from glassboard.demo.source import default_cache_dir

    done = shared_folder / "walkthrough.pickle"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(hiragana_cache))
        with made_once(done) as first:
            if first:
                made = done.with_suffix(".new")
                made.write_bytes(pickle.dumps(_walk(shared_folder / "walkthrough" / "runs")))
                made.rename(done)
        result, printed = pickle.loads(done.read_bytes())
        return QuickWalkthrough(result, printed, load_hiragana(default_cache_dir()))


def _walk(logdir: Path) -> tuple[WalkthroughResult, str]:
    from glassboard.demo.walkthrough import WalkthroughSettings, run

    printed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "builtins.print", lambda *values, **_options: printed.append(" ".join(map(str, values)))
        )
        result = run(WalkthroughSettings(logdir=logdir, download=False, quick=True, serve=False))
    return result, "\n".join(printed)
