"""Reading logs from Python: every run, every tag, every point as NumPy arrays, every sample when asked for.

log = glassboard.open("runs")
loss = log.runs["baseline"].scalars("train/loss")
print(loss.steps[-1], loss.values.min())
"""

from glassboard.log._log import Log, Runs, open  # noqa: A004 - read as `glassboard.open`
from glassboard.log._predictions import PredictionsRecord, PredictionsRecords
from glassboard.log._run import Run, Tags
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
from glassboard.store.embeddings import Embedding
from glassboard.store.run_notes import Note

__all__ = [
    "AudioSample",
    "Embedding",
    "GraphSample",
    "HistogramSample",
    "ImageSample",
    "Log",
    "Note",
    "PrCurveSample",
    "PredictionsRecord",
    "PredictionsRecords",
    "Run",
    "Runs",
    "Sample",
    "Samples",
    "Scalars",
    "Tags",
    "TensorSample",
    "TextSample",
    "VideoSample",
    "open",
]
