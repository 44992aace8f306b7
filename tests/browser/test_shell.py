"""What surrounds the views: settings, the palette's commands, panels, and logs that strain it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Route, expect

from glassboard import SummaryWriter
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog


def test_the_palette_lists_what_the_open_view_can_do(board: Board) -> None:
    board.open()
    board.describes("loss/train", "3 runs")
    palette = board.page.get_by_role("dialog", name="Commands")
    for typed, option, told in (
        ("horizontal relative", "Horizontal axis: Relative", "x=relative"),
        ("small charts", "Small charts", "v.cards=small"),
    ):
        board.page.keyboard.press("Control+k")
        board.page.keyboard.type(typed)
        expect(palette.get_by_role("option", selected=True)).to_contain_text(option)
        board.page.keyboard.press("Enter")
        board.in_link(told)
    board.page.keyboard.press("Control+k")
    board.page.keyboard.type("filter tags")
    board.page.keyboard.press("Enter")
    expect(board.toolbar.get_by_role("searchbox")).to_be_focused()
    # What one view can do is not on offer in another.
    board.view("Text").click()
    # The palette follows: the view before stays until the next one is loaded, which may be later than this.
    board.page.keyboard.press("Control+k")
    board.page.keyboard.type("horizontal axis relative")
    expect(palette).to_contain_text("Nothing goes by that name.")


def test_a_menu_stays_beside_its_button(board: Board) -> None:
    board.page.set_viewport_size({"width": 1024, "height": 420})
    board.open(smoothing=0)
    board.describes("accuracy/train", "3 runs")
    button = board.card("accuracy/train").get_by_role("button", name="More for accuracy/train")
    menu = board.page.get_by_role("menu")
    # The browser tells of what scrolled before the menu was opened when it is open already.
    scrolled = button.evaluate(
        """async (button) => {
            let around = button.parentElement;
            while (getComputedStyle(around).overflowY !== "auto") around = around.parentElement;
            const told = new Promise((done) => around.addEventListener("scroll", done, { once: true }));
            around.scrollTop = 20;
            button.click();
            await told;
            return around.scrollTop;
        }"""
    )
    assert scrolled == 20
    expect(menu.locator("button:enabled").first).to_be_focused()
    # Nor does it mind what scrolls elsewhere.
    board.runs_panel.locator(".viewport").dispatch_event("scroll")
    expect(menu).to_be_visible()
    board.page.locator(".scroll").evaluate("(around) => around.scrollTop = 60")
    expect(menu).to_have_count(0)


def test_the_inspector_keeps_nothing_of_the_view_before(board: Board) -> None:
    held: list[Route] = []
    board.page.route("**/assets/TextView-*.js", lambda route: held.append(route))
    board.open(smoothing=0)
    board.view("Text").click()
    board.until(lambda: held, "the next view is asked for")
    # The view before is there meanwhile, and goes on telling.
    board.hover("loss/train", 5)
    expect(board.inspector).to_contain_text("loss/train")
    held[0].continue_()
    expect(board.page.get_by_role("toolbar", name="Text")).to_be_visible()
    expect(board.inspector).not_to_contain_text("loss/train")


def test_settings_hold_and_are_forgotten(board: Board) -> None:
    board.open()
    row = board.runs.first
    before = board.place(row)
    board.page.keyboard.press(",")
    dialog = board.page.get_by_role("dialog", name="Settings")
    dialog.get_by_role("radio", name="Roomy").check()
    board.until(lambda: board.place(row)["height"] > before["height"], "rows are taller")
    dialog.get_by_role("radio", name="Dark").check()
    expect(board.page.locator("html")).to_have_attribute("data-theme", "dark")
    board.page.reload()
    expect(board.page.locator("html")).to_have_attribute("data-density", "roomy")
    board.page.keyboard.press(",")
    dialog.get_by_role("button", name="Forget the settings").click()
    expect(board.page.locator("html")).to_have_attribute("data-density", "normal")
    expect(board.page.locator("html")).to_have_attribute("data-theme", "light")
    board.page.keyboard.press("Escape")
    board.page.get_by_role("tree").focus()
    board.page.keyboard.press("ArrowDown")
    board.page.keyboard.press("ArrowDown")
    board.page.keyboard.press("Delete")
    expect(board.runs).not_to_have_count(3)
    board.page.keyboard.press(",")
    dialog.get_by_role("button", name="Forget the marks of this log").click()
    expect(board.runs).to_have_count(3)


def test_new_data_wait_until_they_are_asked_for(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "grows") as writer:
        writer.add_scalar("loss", 10.0, 0)
        writer.add_scalar("loss", 9.0, 1)
        writer.flush()
        board = open_log(tmp_path).open(smoothing=0)
        board.describes("loss", "grows ends at 9.")
        board.page.keyboard.press(",")
        dialog = board.page.get_by_role("dialog", name="Settings")
        dialog.get_by_role("radio", name="Wait").check()
        board.page.keyboard.press("Escape")
        writer.add_scalar("loss", 8.0, 2)
        writer.flush()
        news = board.page.get_by_role("button", name="New data")
        expect(news).to_be_visible()
        board.describes("loss", "grows ends at 9.")
        news.click()
        board.describes("loss", "grows ends at 8.")
        expect(news).to_have_count(0)


def test_a_panel_is_widened_from_the_keyboard(board: Board) -> None:
    board.open()
    edge = board.page.get_by_role("separator", name="Width of the runs panel")
    expect(edge).to_have_attribute("aria-valuenow", re.compile(r"\d"))
    before = int(str(edge.get_attribute("aria-valuenow")))
    edge.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 16))
    edge.dblclick()
    expect(edge).to_have_attribute("aria-valuenow", str(before))


def test_names_of_every_script_and_length_stay_inside_the_page(tmp_path: Path, open_log: OpenLog) -> None:
    hostile = ["شبكة/عصبية ١", "משקל", "🚀🔥 warmup", "<b>bold</b> & 'quoted'", "x" * 200]
    builder = LogdirBuilder(tmp_path)
    for name in hostile:
        builder.run(name).scalars("t" * 10_000, [1.0, 0.5]).scalars("خسارة/🙂", [2.0, 1.0])
    board = open_log(tmp_path).open(view=None)
    for name in hostile:
        expect(board.run(name)).to_be_visible()
    expect(board.page.get_by_role("region", name="At a glance")).to_be_visible()
    for view in ("Overview", "Scalars"):
        board.view(view).click()
        expect(board.page.get_by_role("application").first).to_be_visible()
        wide = "() => document.documentElement.scrollWidth <= innerWidth"
        board.until(lambda: board.page.evaluate(wide), "the page is no wider than its window")  # noqa: B023
        # All at once: cards come and go while the view is being filled.
        rights = "(all) => all.map((each) => each.getBoundingClientRect().right)"
        cards = board.page.locator("section.card, aside")
        board.until(lambda: max(cards.evaluate_all(rights)) <= 1441, "nothing sticks out")  # noqa: B023
    expect(board.page.locator("b", has_text=re.compile("^bold$"))).to_have_count(0)


def test_a_thousand_tags_stay_usable(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("wide")
    for number in range(1_000):
        run.scalars(f"layer{number % 40}/weight{number:03}", [1.0, 0.5])
    board = open_log(tmp_path).open(view=None)
    expect(board.card("In this log")).to_contain_text("1,000")
    board.view("Scalars").click()
    board.toolbar.get_by_role("searchbox").fill("weight777")
    board.describes("layer17/weight777", "1 run")
    expect(board.page.get_by_role("application")).to_have_count(1)
    board.page.keyboard.press("Control+k")
    board.page.keyboard.type("weight123")
    expect(board.page.get_by_role("dialog").get_by_role("option").first).to_contain_text("weight123")
