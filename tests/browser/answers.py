"""Two runs that answer the same 300 samples at three steps, and the marks and examples that the page shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Locator, expect

from glassboard import SummaryWriter

from .board import Board

ROWS = 300
NAMES = ("cat", "dog", "owl")


@dataclass(frozen=True)
class AnsweredLog:
    root: Path
    targets: npt.NDArray[np.int64]
    plain: npt.NDArray[np.float32]
    """[rows, classes]: answers of the run `plain` at step 3."""
    skilled: npt.NDArray[np.float32]
    images: npt.NDArray[np.uint8]

    def cell(self, scores: npt.NDArray[np.float32], truth: int, predicted: int) -> npt.NDArray[np.int64]:
        """Rows of a cell, the wrongest first."""
        rows = np.flatnonzero((self.targets == truth) & (scores.argmax(axis=1) == predicted))
        return rows[np.argsort(scores[rows, self.targets[rows]], kind="stable")]


def answers(
    rng: np.random.Generator, targets: npt.NDArray[np.int64], skill: float
) -> npt.NDArray[np.float32]:
    logits = rng.normal(size=(len(targets), 3))
    logits[np.arange(len(targets)), targets] += skill
    odds = np.exp(logits)
    return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


def chart(board: Board, card: str) -> Locator:
    return board.card(card).get_by_role("application")


def examples(board: Board) -> Locator:
    return board.inspector.get_by_role("list", name="Examples").get_by_role("listitem")


def until_title(board: Board, title: str, total: int) -> None:
    expect(board.inspector.get_by_role("heading", level=2)).to_have_text(title)
    expect(board.inspector.locator("header")).to_contain_text(f"{total:,}")


def log_answers(root: Path) -> AnsweredLog:
    rng = np.random.default_rng(4)
    targets = rng.integers(0, 3, ROWS)
    images = rng.integers(0, 256, (ROWS, 6, 6)).astype(np.uint8)
    last = {}
    for run, skill in (("plain", 1.0), ("skilled", 3.0)):
        with SummaryWriter(root / run) as writer:
            for step in (1, 2, 3):
                last[run] = answers(rng, targets, skill * step / 3)
                writer.add_predictions(
                    "val", targets, last[run], images=images, dataformats="NHW",
                    ids=[f"s{row}" for row in range(ROWS)], class_names=NAMES, global_step=step,
                )  # fmt: skip
            writer.add_pr_curve("pr/cat", targets == 0, last[run][:, 0], 3)
    return AnsweredLog(root, targets, last["plain"], last["skilled"], images)
