"""A small search over hyperparameters, and the table, axes and brushes that the page shows of it."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from playwright.sync_api import Locator, expect

from glassboard.codec.payloads.hparams import Status
from glassboard.testing import LogdirBuilder

from .board import Board

GRID = list(itertools.product([0.1, 0.01, 0.001], [32.0, 128.0], ["adam", "sgd"]))
nan = float("nan")


def accuracy(lr: float, batch: float, optimizer: str) -> list[float]:
    """Rises and falls again; a large rate with adam learns nothing, and its loss is NaN."""
    if (lr, optimizer) == (0.1, "adam"):
        return [0.1, 0.1, 0.1]
    top = 0.9 - 0.1 * abs(lr - 0.01) * 10 - batch / 10_000
    return [0.3, top, top - 0.05]


def opened(board: Board, **link: object) -> Board:
    board.open(view="hparams", **({"v_hparams": json.dumps(link)} if link else {}))
    # Once the metrics are there the rows stand where they stay.
    expect(rows(board).locator(".best")).to_be_visible()
    return board


def grid(board: Board) -> Locator:
    return board.page.get_by_role("grid", name="Runs and what they reached")


def rows(board: Board) -> Locator:
    return grid(board).locator("[id^=hparams-row-]")


def names(board: Board) -> list[str]:
    return rows(board).locator(".text").all_inner_texts()


def link_of(board: Board) -> dict[str, object]:
    text = board.page.evaluate("new URLSearchParams(location.search).get('v.hparams')")
    return dict(json.loads(text)) if text else {}


def brushed(board: Board) -> Locator:
    return board.page.get_by_role("group", name="Brushed runs")


def axis(board: Board, key: str) -> Locator:
    return board.page.locator(f'[data-axis="{key}"]')


def brush(board: Board, key: str, first: float, last: float) -> None:
    """From one share of the axis to another, counted from the top."""
    box = board.place(axis(board, key))
    x = box["x"] + box["width"] / 2

    def at(share: float) -> float:
        return box["y"] + 6 + share * (box["height"] - 12)

    board.page.mouse.move(x, at(first))
    board.page.mouse.down()
    board.page.mouse.move(x, at((first + last) / 2))
    board.page.mouse.move(x, at(last))
    board.page.mouse.up()


def choose(board: Board, menu: str, command: str) -> None:
    board.page.get_by_role("button", name=menu, exact=True).click()
    board.page.get_by_role("menu").get_by_text(command, exact=True).click()


def log_search(root: Path) -> None:
    log = LogdirBuilder(root)
    for number, (lr, batch, optimizer) in enumerate(GRID):
        values = accuracy(lr, batch, optimizer)
        diverged = values[0] == values[1]
        run = log.run(f"search/{number:02d}").hparams(
            {"lr": lr, "batch": batch, "optimizer": optimizer},
            metrics=[("", "accuracy/val"), ("", "loss/val")],
            status=Status.FAILURE if diverged else Status.SUCCESS,
        )
        run.scalars("accuracy/val", values)
        run.scalars("loss/val", [nan if diverged else 1 - value for value in values])
    log.run("odd").hparams({"lr": "auto", "warmup": True}).scalars("accuracy/val", [0.5])
    log.run("plain").scalars("accuracy/val", [0.4])
