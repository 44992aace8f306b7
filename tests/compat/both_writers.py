"""What was written, as TensorBoard reads it; what two writers made of the same calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from glassboard import SummaryWriter

EVERYTHING = {"scalars": 0, "images": 0, "histograms": 0, "tensors": 0, "graph": 0, "audio": 0}


def read(folder: Path) -> EventAccumulator:
    accumulator = EventAccumulator(str(folder), size_guidance=EVERYTHING)
    accumulator.Reload()
    return accumulator


def multiplexer(folder: Path) -> EventMultiplexer:
    found = EventMultiplexer(tensor_size_guidance={"scalars": 0})
    found.AddRunsFromDirectory(str(folder))
    found.Reload()
    return found


def both(
    tmp_path: Path, log: Callable[[SummaryWriter | TorchWriter], object]
) -> tuple[EventAccumulator, EventAccumulator]:
    """The same calls through our writer and through torch's, as TensorBoard reads them."""
    for writer in (SummaryWriter(tmp_path / "ours"), TorchWriter(str(tmp_path / "theirs"))):
        log(writer)
        writer.close()
    return read(tmp_path / "ours"), read(tmp_path / "theirs")
