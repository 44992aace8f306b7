"""The writers that training scripts use: drop-ins for those of torch.utils.tensorboard and tensorboardX."""

from glassboard.summary_writer._global_writer import GlobalSummaryWriter
from glassboard.summary_writer._summary_writer import SummaryWriter
from glassboard.writer.file_writer import FileWriter
from glassboard.writer.record_file import RecordWriter

__all__ = ["FileWriter", "GlobalSummaryWriter", "RecordWriter", "SummaryWriter"]
