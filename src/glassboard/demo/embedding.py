"""Step 8: some validation characters as points in the space of their pixels, for the projector."""

from __future__ import annotations

import numpy as np
import torch

from glassboard import SummaryWriter
from glassboard.demo.data import CLASS_NAMES
from glassboard.demo.idx import UInt8Array

__all__ = ["log_embedding", "sample_batches"]

examples_per_batch = 16


def sample_batches(image_count: int, batch_size: int, seed: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Indices of 16 random examples, or all where there are fewer, from each batch of a data set in its order."""
    rng = np.random.default_rng(seed)
    starts = range(0, image_count, batch_size)
    batches = [np.arange(start, min(start + batch_size, image_count)) for start in starts]
    chosen = [rng.choice(batch, min(examples_per_batch, len(batch)), replace=False) for batch in batches]
    return np.concatenate(chosen)


def log_embedding(
    writer: SummaryWriter,
    images: UInt8Array,
    labels: UInt8Array,
    predicted: np.ndarray[tuple[int], np.dtype[np.intp]],
    *,
    batch_size: int,
    step: int,
    seed: int = 0,
) -> int:
    """Logs the flattened pixels (n, 784) of the sampled characters with sprites and classes; gives their number."""
    indices = sample_batches(len(images), batch_size, seed)
    pixels = images[indices].astype(np.float32) / 255
    writer.add_embedding(
        pixels.reshape(len(indices), -1),
        metadata=[[CLASS_NAMES[labels[i]], CLASS_NAMES[predicted[i]], str(i)] for i in indices],
        metadata_header=["class", "predicted", "image"],
        label_img=torch.from_numpy(pixels).unsqueeze(1),
        global_step=step,
        tag="validation-characters",
    )
    return len(indices)
