"""What every test may rely on, however the tests were started."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    # A shell starts background jobs with SIGINT ignored, and children inherit that: then no Ctrl-C test could pass.
    # A handler of ours is reset to the default in every process that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
