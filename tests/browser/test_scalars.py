"""The Scalars view: what is painted is what was logged, numbers or not."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog, Painted
from .project import BASELINE, BATCHES, EPOCHS, RUNS, Project

ALERT = {"light": "#b8241b", "dark": "#ff7b72"}
"""The page's colour for what is bad, with which markers are outlined."""


def paints(painted: Painted, step: float, value: float, *, slack_pixels: float = 2) -> bool:
    low, high = painted.at(step)
    slack = slack_pixels * painted.value_per_pixel
    return low - slack <= value <= high + slack


def unpainted(board: Board, project: Project, run: str, tag: str) -> list[int]:
    """Steps whose value the run's line misses; all where it has gaps."""
    painted = board.painted(tag, board.color(run))
    steps = range(2, EPOCHS)
    if painted.columns <= 0.95 * len(painted.steps):
        return [*steps]
    return [step for step in steps if not paints(painted, step, project.value(run, tag, step))]


def groups(columns: np.ndarray) -> list[float]:
    """Middles of the stretches of neighbouring columns that hold something; gaps of one or two are none."""
    found = np.flatnonzero(columns)
    return [
        float(part.mean()) for part in np.split(found, np.flatnonzero(np.diff(found) > 3) + 1) if len(part)
    ]


@pytest.mark.parametrize(
    "context_options", [{}, {"device_scale_factor": 2}], ids=["plain screen", "dense screen"]
)
def test_loss_and_accuracy_are_painted_where_their_values_are(board: Board, project: Project) -> None:
    board.open(smoothing=0, v_tags="/^(loss|accuracy)/")
    for tag in ("accuracy/train", "accuracy/validation", "loss/train", "loss/validation"):
        board.describes(tag, f"{tag}: {len(RUNS)} runs, step 1 to {EPOCHS}, ")
        for run in RUNS:
            board.becomes(lambda: unpainted(board, project, run, tag), [], f"{tag} of {run}")  # noqa: B023


def test_the_inspector_says_each_runs_value_under_the_pointer(board: Board, project: Project) -> None:
    board.open(smoothing=0, v_tags="loss/train")
    board.describes("loss/train", f"{len(RUNS)} runs, step 1 to {EPOCHS}")
    for step in (3, 8):
        board.hover("loss/train", step)
        expect(board.inspector.get_by_text(f"step {step}", exact=True)).to_be_visible()
        for run in RUNS:
            logged = pytest.approx([project.value(run, "loss/train", step)], rel=1e-3)
            board.becomes(lambda: [*map(float, board.inspected(run))], logged, f"{run} at {step}")  # noqa: B023

    def sorted_down() -> bool:
        rows = board.inspector.get_by_role("table").first.get_by_role("cell").all_inner_texts()
        return len(rows) == len(RUNS) and [*map(float, rows)] == sorted(map(float, rows), reverse=True)

    board.until(sorted_down, "the largest value first")


def test_smoothing_moves_the_line_and_the_box_takes_an_exact_value(board: Board, project: Project) -> None:
    board.open(smoothing=0, v_tags="loss/train")
    board.describes("loss/train", f"{len(RUNS)} runs")
    color, values = board.color(BASELINE), project.curves[BASELINE]["loss/train"]
    board.until(lambda: paints(board.painted("loss/train", color), 6, values[5]), "the line as it was logged")
    box = board.toolbar.get_by_label("Smoothing, exact value")
    box.fill("0.8")
    box.press("Enter")
    weights = 0.8 ** np.arange(6)[::-1]
    mean = float((weights * values[:6]).sum() / weights.sum())
    board.until(lambda: paints(board.painted("loss/train", color), 6, mean), "the smoothed line is painted")
    assert not paints(board.painted("loss/train", color), 6, values[5])
    board.hover("loss/train", 6)
    expect(board.inspector.get_by_text("step 6", exact=True)).to_be_visible()
    both = pytest.approx([values[5], mean], rel=1e-3)
    board.becomes(lambda: [*map(float, board.inspected(BASELINE))], both, "the value and its mean")


def test_a_drag_zooms_and_fit_goes_back(board: Board) -> None:
    board.open(smoothing=0, v_tags="batch/loss")
    board.describes("batch/loss", f"step 0 to {BATCHES - 1}")
    for step, act in ((100, board.page.mouse.down), (200, board.page.mouse.up)):
        board.hover("batch/loss", step)
        act()
    board.becomes(
        lambda: board.axes("batch/loss")[:2], pytest.approx((100, 200), abs=2), "what was drawn over"
    )
    board.card("batch/loss").get_by_role("button", name="Fit", exact=True).click()
    board.describes("batch/loss", f"step 0 to {BATCHES - 1}")


def test_the_horizontal_axis_can_be_time(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("steady").scalars("loss", [float(step) for step in range(50)])
    board = open_log(tmp_path).open(smoothing=0)
    for choice, words in (
        ("Relative", "time 0 s to 49 s"),
        ("Wall", "from 2023-11-1"),
        ("Step", "step 0 to 49"),
    ):
        board.choose("Horizontal axis", choice)
        board.describes("loss", words)
    board.choose("Horizontal axis", "Relative")
    board.describes("loss", "time 0 s to 49 s")
    board.until(lambda: "x=relative" in board.page.url, "the link says so")
    board.page.reload()
    board.describes("loss", "time 0 s to 49 s")


def test_the_vertical_axis_can_be_logarithmic(board: Board, project: Project) -> None:
    board.open(smoothing=0, v_tags="loss/train")
    board.choose("Vertical axis", "Log")
    board.until(lambda: "y=log" in board.page.url, "the link says so")
    color = board.color(BASELINE)

    def painted_at(step: int) -> float:
        painted = board.painted("loss/train", color)
        _, _, low, high = board.axes("loss/train")
        share = (np.mean(painted.at(step)) - low) / (high - low)
        return float(low * (high / low) ** share)

    expected = project.value(BASELINE, "loss/train", 6)
    board.until(
        lambda: math.isclose(painted_at(6), expected, rel_tol=0.05), "values stand at their logarithm"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nan_and_infinities_are_marked_and_break_the_line(
    tmp_path: Path, open_log: OpenLog, theme: str
) -> None:
    values = [1.0, 0.9, 0.8, math.nan, 0.7, 0.6, math.inf, 0.5, 0.4, -math.inf, 0.3, 0.2]
    LogdirBuilder(tmp_path).run("sick").scalars("loss", values)
    board = open_log(tmp_path).open(smoothing=0, theme=theme)
    board.describes("loss", "3 values not finite")
    expect(board.card("loss")).to_contain_text("NaN from 3")

    def markers() -> list[float]:
        """Steps at which something is marked."""
        marked = board.painted("loss", ALERT[theme])
        columns = np.isfinite(marked.highest)
        return [float(np.interp(middle, np.arange(len(columns)), marked.steps)) for middle in groups(columns)]

    # The chart takes the colours of a theme with the frame after it.
    board.becomes(markers, pytest.approx([3, 6, 9], abs=0.15), "what is not finite is marked")
    marked = board.painted("loss", ALERT[theme])
    # NaN at the height of the number before it, infinities at the edge that they went over.
    _, _, low, high = board.axes("loss")
    heights = [float(np.mean(marked.at(step))) for step in (3, 6, 9)]
    assert heights == pytest.approx([0.8, high, low], abs=0.1 * (high - low))
    line = board.painted("loss", board.color("sick"))
    for step in (2.5, 3.5, 5.5, 6.5, 8.5, 9.5):
        assert np.isnan(line.at(step)).all(), f"the line goes through step {step}"
    for step, value in enumerate(values[1:-1], 1):
        assert not math.isfinite(value) or paints(line, step, value)
    for step, name in ((3, "NaN"), (6, "+Inf"), (9, "-Inf")):
        board.hover("loss", step)
        expect(board.inspector.get_by_text(f"step {step}", exact=True)).to_be_visible()
        board.becomes(lambda: board.inspected("sick"), [name], "said under the pointer")


def test_a_tag_with_no_number_at_all_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("dead").scalars("loss", [math.nan] * 5)
    board = open_log(tmp_path).open()
    expect(board.card("loss")).to_contain_text("Every value is NaN or infinite.")
    expect(board.card("loss")).to_contain_text("NaN from 0")
    board.expect_painted("loss", ALERT["light"])


def test_a_restarted_run_goes_on_where_it_began_again(tmp_path: Path, open_log: OpenLog) -> None:
    first = LogdirBuilder(tmp_path).run("again").scalars("loss", [1.0] * 60)
    first.writer().scalars("loss", [0.2] * 60, first_step=30)
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "step 0 to 89")
    expect(board.card("loss")).to_contain_text("1 restart")
    painted = board.painted("loss", board.color("again"))
    for step in (5, 28):
        assert painted.at(step) == pytest.approx((1.0, 1.0), abs=3 * painted.value_per_pixel)
    for step in (31, 45, 59, 75, 88):
        assert painted.at(step) == pytest.approx((0.2, 0.2), abs=3 * painted.value_per_pixel)
    # What was overwritten is still there for whoever asks.
    board.card("loss").get_by_role("button", name="More for loss").click()
    board.page.get_by_role("menuitemcheckbox", name="Show what restarts overwrote").click()
    board.describes("loss", "2 lines of 1 run")

    def tops() -> set[float]:
        shown = board.painted("loss", board.color("again"))
        return {round(shown.at(step)[1], 1) for step in np.linspace(32, 58, 200)}

    board.until(lambda: tops() == {1.0, 0.2}, "the overwritten part is drawn, with gaps")


def test_one_point_is_a_dot(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("once").scalars("loss", [0.5], first_step=7)
    board = open_log(tmp_path).open()
    board.describes("loss", "once ends at 0.5")
    board.until(lambda: 3 <= board.painted("loss", board.color("once")).columns <= 8, "a dot is painted")
    painted = board.painted("loss", board.color("once"))
    middle = float(painted.steps[np.isfinite(painted.highest)].mean())
    assert middle == pytest.approx(7, abs=0.05)
    assert paints(painted, 7, 0.5)
    board.hover("loss", 7)
    expect(board.inspector.get_by_text("step 7", exact=True)).to_be_visible()


def test_a_number_alone_between_two_that_are_none_is_a_dot(tmp_path: Path, open_log: OpenLog) -> None:
    values = [1.0] * 60
    values[29], values[30], values[31] = math.nan, 3.0, math.nan
    LogdirBuilder(tmp_path).run("gaps").scalars("loss", values)
    board = open_log(tmp_path).open(smoothing=0, v_outliers="shown")
    board.describes("loss", "2 values not finite")
    painted = board.painted("loss", board.color("gaps"))
    assert painted.at(30) == pytest.approx((3.0, 3.0), abs=4 * painted.value_per_pixel)
    assert painted.at(29.5)[1] < 2 or np.isnan(painted.at(29.5)[1])


def test_a_spike_among_many_points_is_there_and_the_card_says_how_many_are_drawn(
    tmp_path: Path, open_log: OpenLog
) -> None:
    values = [1.0] * 5_000
    values[3_210] = 9.0
    LogdirBuilder(tmp_path).run("long").scalars("loss", values)
    board = open_log(tmp_path).open(smoothing=0, v_outliers="shown")
    expect(board.card("loss")).to_contain_text("of 5,000 points drawn")

    def spike() -> float:
        painted = board.painted("loss", board.color("long"))
        high = painted.highest > 8.5
        return float(painted.steps[high].mean()) if high.any() else -1.0

    board.becomes(spike, pytest.approx(3_210, abs=30), "the spike is painted")
