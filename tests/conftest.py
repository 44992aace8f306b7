"""What every test may rely on, however the tests were started; one quick walkthrough for the tests of several folders."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from glassboard.demo.data import CharacterImages
    from glassboard.demo.walkthrough import WalkthroughResult


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
def quick_walkthrough(tmp_path_factory: pytest.TempPathFactory) -> QuickWalkthrough:
    # Whoever asks for other tests only need not wait for torch.
    from glassboard.demo.hiragana import load_hiragana
    from glassboard.demo.source import default_cache_dir
    from glassboard.demo.walkthrough import WalkthroughSettings, run

    logdir = tmp_path_factory.mktemp("walkthrough") / "runs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        printed: list[str] = []
        patch.setattr(
            "builtins.print", lambda *values, **_options: printed.append(" ".join(map(str, values)))
        )
        result = run(WalkthroughSettings(logdir=logdir, download=False, quick=True, serve=False))
        images = load_hiragana(default_cache_dir())
    return QuickWalkthrough(result, "\n".join(printed), images)
