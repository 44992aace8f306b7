"""Controls of the Scalars view that TensorBoard has not: pairs, linked zoom, axes of one chart."""

from __future__ import annotations

import math
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .project import BASELINE, BATCHES, EPOCHS, Project


def drag(board: Board, tag: str, first: float, last: float) -> None:
    board.hover(tag, first)
    board.page.mouse.down()
    board.hover(tag, last)
    board.page.mouse.up()


def choose(board: Board, title: str, command: str) -> None:
    board.card(title).get_by_role("button", name=f"More for {title}").click()
    board.page.get_by_role("menu").get_by_text(command, exact=True).click()


def test_train_and_val_share_a_chart_train_solid_and_val_dashed(board: Board, project: Project) -> None:
    board.open(smoothing=0, runs=f"only:{BASELINE}", v_tags="loss/")
    expect(board.card("loss/train")).to_be_visible()
    board.choose("More for Scalars", "Pair train and val")
    title = "loss: train and validation"
    expect(board.card("loss/train")).to_have_count(0)
    board.describes(title, f"{BASELINE}, train ends at")
    board.describes(title, f"{BASELINE}, validation ends at")
    board.hover(title, 6)
    for role, tag in (("train", "loss/train"), ("validation", "loss/validation")):
        expect(board.inspector.get_by_role("heading", name=role, exact=True)).to_be_visible()
        table = board.inspector.locator("section").filter(
            has=board.page.get_by_role("heading", name=role, exact=True)
        )
        cell = table.get_by_role("cell").first
        logged = pytest.approx(project.value(BASELINE, tag, 6), rel=1e-3)
        board.becomes(lambda: float(cell.inner_text()), logged, f"{tag} under the pointer")  # noqa: B023
    board.until(lambda: "pair=true" in board.page.url, "the link says so")


def test_a_linked_zoom_is_one_for_all_charts_that_reach_it(board: Board) -> None:
    board.open(smoothing=0, v_tags="loss")
    board.toolbar.get_by_role("button", name="More for Scalars").click()
    board.page.get_by_role("menuitemcheckbox", name="Link the zoom of all charts").click()
    drag(board, "loss/train", 3, 9)
    board.until(
        lambda: board.axes("loss/validation")[:2] == pytest.approx((3, 9), abs=0.3), "the other chart follows"
    )
    board.in_link("v.x=")
    board.page.reload()
    board.until(
        lambda: board.axes("loss/validation")[:2] == pytest.approx((3, 9), abs=0.3), "the link keeps it"
    )
    board.card("loss/validation").get_by_role("button", name="Fit", exact=True).click()
    board.until(lambda: board.axes("loss/train")[:2] == (1, EPOCHS), "both fit again")
    board.until(lambda: board.axes("batch/loss")[:2] == (0, BATCHES - 1), "so does the chart of batches")
    # Steps of batches go on where epochs have ended: those charts stay whole.
    drag(board, "batch/loss", 100, 300)
    board.until(
        lambda: board.axes("batch/loss")[:2] == pytest.approx((100, 300), abs=3), "the chart of batches zooms"
    )
    board.becomes(lambda: board.axes("loss/train")[:2], (1, EPOCHS), "the chart of epochs stays whole")
    assert BATCHES > 300


def test_a_chart_can_have_an_axis_of_its_own(board: Board) -> None:
    board.open(smoothing=0, v_tags="/train")
    board.describes("loss/train", f"step 1 to {EPOCHS}")
    others = board.axes("accuracy/train")
    choose(board, "loss/train", "Axes…")
    dialog = board.page.get_by_role("dialog")
    dialog.get_by_label("Lower end").fill("0")
    dialog.get_by_label("Upper end").fill("8")
    dialog.get_by_label("Upper end").press("Enter")
    board.until(lambda: board.axes("loss/train")[2:] == (0, 8), "the ends stay where they were put")
    dialog.get_by_label("Lower end").fill("9")
    dialog.get_by_label("Lower end").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("below the upper one")
    dialog.get_by_role("button", name="Close").click()
    board.until(lambda: '"loss/train"' in unquote(board.page.url), "the link keeps them")
    board.page.reload()
    board.until(lambda: board.axes("loss/train")[2:] == (0, 8), "and they come back")
    board.becomes(lambda: board.axes("accuracy/train"), others, "the other chart keeps its axes")


def test_a_symmetric_logarithm_shows_both_signs(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("both").scalars("gap", [-100.0, -1.0, 0.0, 1.0, 100.0])
    board = open_log(tmp_path).open(smoothing=0)
    board.toolbar.get_by_role("button", name="More for Scalars").click()
    board.page.get_by_role("menuitemcheckbox", name="Logarithmic on both sides of 0").click()
    expect(board.card("gap")).to_contain_text("linear below 1")

    def share() -> float:
        """How far up the chart the line is at 1."""
        painted = board.painted("gap", board.color("both"))
        _, _, low, high = board.axes("gap")
        return (painted.at(3)[1] - low) / (high - low)

    # The small values are as far from the middle as logarithms have it, not a hundredth of the way.
    board.becomes(share, pytest.approx(0.58, abs=0.06), "1 stands where its logarithm is")


def test_a_symmetric_logarithm_keeps_its_plot_while_its_threshold_moves(
    tmp_path: Path, open_log: OpenLog
) -> None:
    values = [0.001, -0.001] * 10 + [-100.0] + [1.0] * 18 + [100.0]
    LogdirBuilder(tmp_path).run("both").scalars("gap", values)
    board = open_log(tmp_path).open(smoothing=0, y="symlog")
    expect(board.card("gap")).to_contain_text("linear below 0.001")
    canvas = board.chart("gap").locator("canvas:not(.chart-overlay)")
    canvas.evaluate("(canvas) => void (canvas.seen = true)")
    drag(board, "gap", 20, 39)
    expect(board.card("gap")).to_contain_text("linear below 1")

    def misplaced() -> float:
        """How far 1 is from where its logarithm belongs, as a share of the height."""
        painted = board.painted("gap", board.color("both"))
        _, _, low, high = board.axes("gap")
        share = (painted.at(30)[1] - low) / (high - low)
        wanted = (math.asinh(1) - math.asinh(low)) / (math.asinh(high) - math.asinh(low))
        return abs(share - wanted)

    board.until(lambda: misplaced() < 0.03, "1 stands where its logarithm is")
    assert canvas.evaluate("(canvas) => canvas.seen") is True
    # Back to the small values, whose ends are others.
    board.card("gap").get_by_role("button", name="Fit").click()
    expect(board.card("gap")).to_contain_text("linear below 0.001")
    assert canvas.evaluate("(canvas) => canvas.seen") is True


def test_the_run_under_the_pointer_is_marked_in_the_panel(tmp_path: Path, open_log: OpenLog) -> None:
    builder = LogdirBuilder(tmp_path)
    for name, value in (("high", 3.0), ("low", 1.0), ("middle", 2.0)):
        builder.run(name).scalars("loss", [value] * 20)
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "3 runs")
    board.hover("loss", 10)
    expect(board.runs_panel.locator(".pointed")).to_have_attribute("aria-label", "middle")
    board.page.mouse.move(5, 5)
    expect(board.runs_panel.locator(".pointed")).to_have_count(0)


def test_a_marked_range_has_statistics_and_can_be_moved(board: Board, project: Project) -> None:
    board.open(smoothing=0, v_tags="batch/loss", runs=f"only:{BASELINE}")
    board.describes("batch/loss", f"step 0 to {BATCHES - 1}")
    button = board.toolbar.get_by_role("button", name="Range")
    button.click()
    drag(board, "batch/loss", 100, 200)
    board.until(lambda: "v.range=" in board.page.url, "the link keeps the range")
    board.becomes(lambda: marked(board), pytest.approx((100, 200), abs=2), "the range that was drawn")
    low, high = marked(board)
    # A drag marks no longer, nor did this one zoom.
    board.becomes(lambda: board.axes("batch/loss")[:2], (0, BATCHES - 1), "nothing was zoomed")

    def mean() -> float:
        return float(board.inspector.get_by_role("table").nth(1).get_by_role("cell").first.inner_text())

    def logged(low: int, high: int) -> float:
        return float(project.curves[BASELINE]["batch/loss"][low : high + 1].mean())

    board.until(
        lambda: mean() == pytest.approx(logged(low, high), rel=1e-3), "the mean of every point inside"
    )
    board.hover("batch/loss", high)
    board.page.mouse.down()
    board.hover("batch/loss", 300)
    board.page.mouse.up()
    board.until(lambda: marked(board)[1] == pytest.approx(300, abs=2), "the edge was moved")
    board.until(lambda: mean() == pytest.approx(logged(*marked(board)), rel=1e-3), "the mean follows")
    board.inspector.get_by_role("button", name="Set…").click()
    dialog = board.page.get_by_role("dialog", name="Range")
    dialog.get_by_label("From").fill("10")
    dialog.get_by_label("To").fill("20")
    dialog.get_by_label("To").press("Enter")
    board.until(lambda: mean() == pytest.approx(logged(10, 20), rel=1e-3), "the ends can be written")
    statistics = board.inspector.get_by_role("table").nth(1)
    inside = project.curves[BASELINE]["batch/loss"][10:21]
    board.becomes(
        lambda: statistics.get_by_role("columnheader").all_inner_texts()[-6:],
        ["SD", "at min", "at max", "from", "to", "points"],
        "what is said of the range",
    )
    board.becomes(
        lambda: statistics.get_by_role("cell").all_inner_texts()[-5:],
        [str(10 + int(inside.argmin())), str(10 + int(inside.argmax())), "10", "20", "11"],
        "the statistics of the range",
    )
    board.inspector.get_by_role("button", name="Clear").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    board.until(lambda: "v.range=" not in board.page.url, "the range is gone")


def marked(board: Board) -> tuple[int, int]:
    """The range of the link."""
    (text,) = parse_qs(urlsplit(board.page.url).query).get("v.range", ["-1..-1"])
    low, high = text.split("..")
    return int(low), int(high)


def test_seeds_become_one_line_with_a_band(tmp_path: Path, open_log: OpenLog) -> None:
    builder = LogdirBuilder(tmp_path)
    for seed, value in enumerate((1.0, 2.0, 6.0)):
        builder.run(f"wide seed={seed}").scalars("loss", [value] * 40)
    builder.run("deep").scalars("loss", [4.5] * 40)
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "4 runs")
    board.choose("Bands", "Bands over seeds")
    board.describes("loss", "wide ends at 3.")
    board.hover("loss", 20)
    rows = board.inspector.get_by_role("table").first.get_by_role("row")
    wide = rows.filter(has_text="wide").get_by_role("cell")
    expect(wide).to_have_text(["3", "0.3542", "5.646"])
    for band, cells in (
        ("mean, min to max", ["3", "1", "6"]),
        ("mean and 95 % CI", ["3", "-3.573", "9.573"]),
        ("IQM and quartiles", ["2.5", "1.5", "4"]),
    ):
        board.choose("Bands", band)
        expect(wide).to_have_text(cells)
    expect(rows.filter(has_text="deep")).to_have_count(1)
    board.choose("Bands", "Bands by pattern…")
    pattern = board.page.get_by_role("dialog").get_by_label("Pattern of groups")
    pattern.fill("wide|deep")
    pattern.press("Enter")
    board.describes("loss", "wide ends at 2.5")
    board.until(lambda: "v.bands=/wide" in unquote(board.page.url), "the link keeps the pattern")
    board.page.reload()
    board.describes("loss", "wide ends at 2.5")


def test_any_logged_scalar_can_be_the_horizontal_axis(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("steady")
    run.scalars("loss", [float(step) for step in range(60)])
    run.scalars("epoch", [0.0, 1.0, 2.0, 0.0], steps=[10, 20, 30, 40])
    run.scalars("data/odd", [5.0], steps=[0])
    board = open_log(tmp_path).open(smoothing=0, v_tags="loss")
    board.choose("Horizontal axis", "Epoch")
    # The epochs began again: two passes, two lines.
    board.describes("loss", "2 lines of 1 run, x 0 to 2")
    expect(board.card("loss")).to_contain_text("10 points without epoch")
    board.until(lambda: "x_tag=epoch" in board.page.url, "the link says so")
    board.page.reload()
    board.describes("loss", "2 lines of 1 run, x 0 to 2")
    board.choose("Horizontal axis", "Another scalar…")
    dialog = board.page.get_by_role("dialog")
    dialog.get_by_label("Filter scalars").fill("odd")
    dialog.get_by_role("button", name="data/odd").click()
    board.describes("loss", "1 run, x 4.5 to 5.5")


def test_the_horizontal_axis_can_be_logarithmic_from_step_0_on(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("line").scalars("loss", [float(step) for step in range(1001)])
    board = open_log(tmp_path).open(smoothing=0)
    board.choose("Horizontal axis", "Logarithmic")
    expect(board.card("loss")).to_contain_text("x linear below 1")
    board.until(lambda: "x_scale=log" in board.page.url, "the link says so")
    board.becomes(lambda: board.axes("loss")[:2], (0, 1000), "from step 0 to the end")
    # Halfway along asinh(x) from 0 to 1000 is 22.4: on a linear axis it would be 500.
    board.becomes(
        lambda: board.painted("loss", board.color("line")).at(500)[1],
        pytest.approx(22, abs=8),
        "half of the way",
    )
    board.choose("Horizontal axis", "Linear")
    choose(board, "loss", "Axes…")
    scale = board.page.get_by_role("dialog").get_by_role("radiogroup", name="Scale of the horizontal axis")
    scale.get_by_role("radio", name="Log", exact=True).check()
    expect(board.card("loss")).to_contain_text("x linear below 1")


def test_a_median_leaves_out_a_spike_that_a_mean_follows(tmp_path: Path, open_log: OpenLog) -> None:
    values = [1.0] * 60
    values[30] = 9.0
    LogdirBuilder(tmp_path).run("spike").scalars("loss", values)
    board = open_log(tmp_path).open(smoothing=0.6, v_raw="hidden")
    board.describes("loss", "spike ends at 1")
    board.choose("Kind of smoothing", "Gaussian mean of both sides")
    board.until(lambda: board.axes("loss")[3] > 2, "the mean follows the spike")
    board.choose("Kind of smoothing", "Running median of both sides")
    board.until(lambda: board.axes("loss")[3] < 1.2, "the median does not")
    board.until(lambda: "smoothing_kind=median" in board.page.url, "the link says so")


@pytest.mark.parametrize(
    "context_options",
    [{"viewport": {"width": 1440, "height": 900}}, {"viewport": {"width": 1024, "height": 768}}],
    ids=["1440", "1024"],
)
def test_the_bar_takes_one_row(board: Board) -> None:
    board.open(v_tags="loss/train", v_bands="/(sgd|adam)")
    board.choose("Horizontal axis", "Relative", "Logarithmic")
    board.until(lambda: board.place(board.toolbar)["height"] < 48, "the bar is one row")
    outside = """(bar) => [...bar.querySelectorAll("button")].filter((button) => {
      const [own, whole] = [button.getBoundingClientRect(), bar.getBoundingClientRect()];
      return own.width > 0 && (own.right > whole.right || own.bottom > whole.bottom);
    }).map((button) => button.outerHTML.slice(0, 100))"""
    board.becomes(lambda: board.toolbar.evaluate(outside), [], "every button is within the bar")


def test_values_are_ordered_limited_held_and_copied(tmp_path: Path, open_log: OpenLog) -> None:
    builder = LogdirBuilder(tmp_path)
    for number in range(12):
        builder.run(f"run {number}").scalars("loss", [float((number * 5) % 12)] * 30)
    board = open_log(tmp_path).open(smoothing=0, runs="all")
    board.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    board.describes("loss", "12 runs")
    table = board.inspector.get_by_role("table").first
    menu = board.inspector.get_by_role("button", name="Order and copy of Values")

    def command(name: str) -> None:
        menu.click()
        board.page.get_by_role("menu").get_by_text(name, exact=True).click()

    expect(table.get_by_role("rowheader").first).to_have_text("run 7")
    command("By name")
    expect(table.get_by_role("rowheader").first).to_have_text("run 0")
    command("At most 5 rows")
    expect(table.get_by_role("rowheader")).to_have_count(5)
    board.inspector.get_by_role("button", name="and 7 more").click()
    expect(table.get_by_role("rowheader")).to_have_count(10)
    command("Copy as table (TSV)")
    rows = str(board.page.evaluate("navigator.clipboard.readText()")).splitlines()
    assert rows[0].split("\t") == ["run", "tag", "step", "time", "value", "smoothed"]
    assert [row.split("\t")[0] for row in rows[1:]] == [f"run {number}" for number in range(12)]
    # Held while the pointer goes elsewhere, by a key on the chart.
    board.hover("loss", 10)
    expect(board.inspector.get_by_text("step 10", exact=True)).to_be_visible()
    board.chart("loss").press("Enter")
    board.hover("loss", 20)
    expect(board.inspector.get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
    expect(board.inspector.get_by_text("step 10", exact=True)).to_be_visible()
    board.chart("loss").press("Enter")
    expect(board.inspector.get_by_text("step 20", exact=True)).to_be_visible()


def test_the_newest_steps_are_followed_while_a_run_grows(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("growing").scalars("loss", [1.0] * 500)
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "step 0 to 499")
    run.scalars("loss", [1.0] * 101, first_step=500)
    # What was not zoomed by hand takes in what comes.
    board.describes("loss", "step 0 to 600")
    board.choose("More for Scalars", "Follow the newest…")
    dialog = board.page.get_by_role("dialog", name="Follow the newest")
    dialog.get_by_label("Newest").fill("100")
    dialog.get_by_role("button", name="Follow", exact=True).click()
    board.describes("loss", "step 500 to 600")
    expect(board.card("loss")).to_contain_text("newest 100")
    run.scalars("loss", [1.0] * 200, first_step=601)
    board.describes("loss", "step 700 to 800")
    board.until(lambda: "v.follow=100" in board.page.url, "the link says so")
    drag(board, "loss", 720, 780)
    board.until(lambda: board.axes("loss")[0] == pytest.approx(720, abs=2), "a zoom by hand holds")
    run.scalars("loss", [1.0] * 100, first_step=801)
    board.card("loss").get_by_role("button", name="Fit", exact=True).click()
    board.describes("loss", "step 800 to 900")
