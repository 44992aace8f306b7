"""The writers that training scripts use: drop-ins for those of torch.utils.tensorboard and tensorboardX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassboard import _lazy

if TYPE_CHECKING:
    from glassboard.summary_writer._global_writer import GlobalSummaryWriter
    from glassboard.summary_writer._summary_writer import SummaryWriter
    from glassboard.writer.file_writer import FileWriter
    from glassboard.writer.record_file import RecordWriter

__all__ = ["FileWriter", "GlobalSummaryWriter", "RecordWriter", "SummaryWriter"]

__getattr__ = _lazy.on_first_use(
    __name__,
    {
        "FileWriter": "glassboard.writer.file_writer:FileWriter",
        "GlobalSummaryWriter": "glassboard.summary_writer._global_writer:GlobalSummaryWriter",
        "RecordWriter": "glassboard.writer.record_file:RecordWriter",
        "SummaryWriter": "glassboard.summary_writer._summary_writer:SummaryWriter",
    },
)
