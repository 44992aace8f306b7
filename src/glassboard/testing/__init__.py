"""Builders, scripted files and contract suites for tests, ours and other people's.

`provider_contract` needs pytest and is therefore imported by name: `from glassboard.testing.provider_contract import ...`.
"""

from glassboard.store.memory import MemoryProvider
from glassboard.testing.logdir import FIRST_WALL_TIME, LogdirBuilder, RunBuilder

__all__ = ["FIRST_WALL_TIME", "LogdirBuilder", "MemoryProvider", "RunBuilder"]
