"""A small log that has something for every view."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glassboard import SummaryWriter
from glassboard.codec import wire
from glassboard.testing.logdir import LogdirBuilder

RUNS = ("first", "second")
STEPS = 6


def node(name: str, op: str, *inputs: str) -> bytes:
    taken = (wire.bytes_(3, each) for each in inputs)
    return wire.message(1, wire.bytes_(1, name), wire.bytes_(2, op), *taken)


def log_everything(logdir: Path) -> None:
    random = np.random.default_rng(3)
    corners = np.array([[[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]], np.float32)
    truth = random.integers(0, 3, 60)
    for run in RUNS:
        with SummaryWriter(logdir / run) as writer:
            writer.add_hparams({"lr": 0.1 if run == "first" else 0.01, "optimizer": run}, {"accuracy": 0.9})
            writer.add_custom_scalars({"both": {"losses": ["Multiline", ["loss/.*"]]}})
            scores = random.dirichlet(np.ones(3), len(truth)).astype(np.float32)
            for step in range(STEPS):
                writer.add_scalar("loss/train", 1 / (1 + step), step)
                writer.add_scalar("loss/val", 1.2 / (1 + step), step)
                writer.add_scalar("epoch", step // 2, step)
                writer.add_histogram("layer/weight", random.normal(size=200), step)
            for step in (0, STEPS - 1):
                writer.add_image(
                    "picture", random.integers(0, 255, (8, 8, 3), dtype=np.uint8), step, dataformats="HWC"
                )
                writer.add_text("note", f"# Step {step}\n\n| a | b |\n|---|---|\n| 1 | `x` |", step)
                writer.add_audio("tone", np.sin(np.arange(2000) / 5), step, sample_rate=8000)
                video = random.integers(0, 255, (1, 4, 1, 16, 16), dtype=np.uint8)
                writer.add_video("clip", video, step, fps=4, file_format="webm")
                writer.add_pr_curve("class a", truth == 0, scores[:, 0], step)
                writer.add_mesh("square", corners, faces=np.array([[[0, 1, 2], [0, 2, 3]]]), global_step=step)
            writer.add_predictions("validation", truth, scores, class_names=["a", "b", "c"], global_step=3)
            writer.add_embedding(
                random.normal(size=(30, 5)), [f"p{row % 3}" for row in range(30)], None, 3, "points"
            )
    graph = b"".join(
        node(*each)
        for each in (("data", "Placeholder"), ("net/one", "MatMul", "data"), ("net/two", "Relu", "net/one"))
    )
    LogdirBuilder(logdir).run("first").graph(graph)
