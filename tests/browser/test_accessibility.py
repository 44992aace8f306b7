"""Every view in both themes under axe-core, and the whole page from the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .board import Board, Serve
from .everything import log_everything

WEB = Path(__file__).resolve().parents[2] / "web"
AXE = WEB / "node_modules/axe-core/axe.min.js"
TITLES = re.findall(r'title: "([^"]+)"', (WEB / "src/app/views.ts").read_text(encoding="utf-8"))
"""Of every view there is, in order."""
_RUN = """
async () => {
  // What is seen of a run's row is its name cut short and its values; what is said is the whole name.
  const rules = { "label-content-name-mismatch": { enabled: false } };
  const found = await axe.run(document, { resultTypes: ["violations"], rules });
  const told = (id, help) => ({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`;
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map(told(id, help)));
}
"""

_FOCUS = """
() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const box = at.getBoundingClientRect();
  const marked = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  // A few are drawn by what they are made of or by what holds them: a slider's thumb, the row of a tree.
  const drawn = [at, ...at.querySelectorAll("*"), at.parentElement].filter((one) => one !== null);
  const places = { header: "top", aside: "panel", main: "view", footer: "bottom" };
  const holder = at.closest("aside, main, footer") ?? at.closest("header");
  return {
    place: places[holder?.localName] ?? "elsewhere",
    shown: drawn.some((one) => marked(getComputedStyle(one))),
    visible: box.width > 0 && box.height > 0,
    name: at.outerHTML.slice(0, 100),
  };
}
"""


@pytest.fixture
def context_options() -> dict[str, object]:
    # The content security policy forbids what is put into the page from outside, the checker too.
    return {"bypass_csp": True}


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN)
    return found


@pytest.fixture(scope="module")
def everything_url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    logdir = tmp_path_factory.mktemp("everything")
    log_everything(logdir)
    return serve(logdir)


@pytest.fixture
def everything(everything_url: str, page: Page) -> Board:
    """The page over a log that every view draws, not opened yet."""
    return Board(page, everything_url)


def go_to(board: Board, title: str) -> None:
    """Opens a view and waits until there is something other than the bar of controls."""
    board.view(title).click()
    expect(board.view(title)).to_have_attribute("aria-current", "page")
    expect(board.page.get_by_role("main").locator("section, table, canvas, svg").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_view(everything: Board, theme: str) -> None:
    everything.open(view=None, theme=theme)
    expect(everything.views).to_have_text(TITLES)
    found = {}
    for title in TITLES:
        go_to(everything, title)
        found[title] = violations(everything.page)
    assert {title: told for title, told in found.items() if told} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_dialog(everything: Board, theme: str) -> None:
    page = everything.page
    everything.open(theme=theme, smoothing=0)
    everything.describes("loss/train", "2 runs")
    found = {}

    def look(name: str) -> None:
        """At the dialog that is open, and closes it."""
        expect(page.get_by_role("dialog")).to_be_visible()
        found[name] = violations(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)

    for key in (",", "?", "Control+k"):
        page.keyboard.press(key)
        look(key)
    page.keyboard.press("Control+k")
    page.keyboard.type("nothing goes by this name")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Nothing goes by that name.")
    look("commands, none found")
    for command in (
        "What could not be read",
        "Milestones",
        "Export as one HTML file",
        "Follow the newest…",
        "Set the range…",
    ):
        page.keyboard.press("Control+k")
        page.keyboard.type(command)
        page.keyboard.press("Enter")
        if command == "Export as one HTML file":
            # Its size is being worked out until then, and what axe sees would change while it looks.
            expect(page.get_by_role("button", name="Make the file")).to_be_enabled()
        look(command)
    for label in ("Choose columns…", "Colour by pattern…", "Trash"):
        page.get_by_role("button", name="More for the runs").click()
        page.get_by_role("menu").get_by_role("menuitem", name=label).click()
        look(label)
    everything.run("first").click(button="right")
    look("a run")
    for label in ("Axes…", "Download data of some runs…", "Add a tag…"):
        everything.card("loss/train").get_by_role("button", name="More for loss/train").click()
        page.get_by_role("menu").get_by_role("menuitem", name=label).click()
        look(label)
    everything.view("Custom Scalars").click()
    page.get_by_role("button", name=re.compile("New chart")).first.click()
    look("new chart")
    everything.view("HParams").click()
    everything.toolbar.get_by_role("button", name="Columns").click()
    look("columns of HParams")
    assert {title: told for title, told in found.items() if told} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_dialogs_and_the_table(board: Board, theme: str) -> None:
    board.open(theme=theme)
    board.describes("loss/train", "3 runs")
    found = {}
    for key, dialog in ((",", "Settings"), ("?", "Keyboard"), ("Control+k", "Commands")):
        board.page.keyboard.press(key)
        expect(board.page.get_by_role("dialog", name=dialog)).to_be_visible()
        found[dialog] = violations(board.page)
        board.page.keyboard.press("Escape")
        expect(board.page.get_by_role("dialog")).to_have_count(0)
    board.page.get_by_role("button", name="More for the runs").click()
    expect(board.page.get_by_role("menu")).to_be_visible()
    found["menu"] = violations(board.page)
    board.page.get_by_role("menuitem", name="Choose columns…").click()
    board.page.get_by_role("dialog").get_by_role("checkbox", name="optimizer").check()
    found["columns"] = violations(board.page)
    board.page.keyboard.press("Escape")
    board.page.keyboard.press("w")
    expect(board.runs_panel.get_by_role("button", name="Column optimizer")).to_be_visible()
    found["table"] = violations(board.page)
    assert {title: told for title, told in found.items() if told} == {}


def test_axe_would_find_something(board: Board) -> None:
    board.open()
    nameless = "(button) => { button.removeAttribute('aria-label'); button.removeAttribute('title'); }"
    board.page.get_by_role("button", name="Settings").evaluate(nameless)
    board.until(
        lambda: any(told.startswith("button-name") for told in violations(board.page)),
        "a button without a name",
    )


def walk(board: Board, most: int) -> list[str]:
    """Goes through the page with Tab until it has gone around; the places it came through, in order."""
    places: list[str] = []
    for _ in range(most):
        board.page.keyboard.press("Tab")
        at = board.page.evaluate(_FOCUS)
        if at is None:
            break
        assert at["visible"], at["name"]
        assert at["shown"], f"the focus cannot be seen on {at['name']}"
        if places[-1:] != [at["place"]]:
            places.append(at["place"])
    return places


def test_the_tab_key_walks_the_whole_page_and_always_shows_where_it_is(board: Board) -> None:
    board.open(view=None)
    expect(board.card("Best runs")).to_be_visible()
    assert walk(board, 150)[:4] == ["top", "panel", "view", "bottom"]


@pytest.mark.parametrize("title", TITLES)
def test_every_view_is_walked_through_by_the_tab_key(everything: Board, title: str) -> None:
    everything.open(view=None)
    go_to(everything, title)
    # From its button at the top through the runs, the whole view and the inspector, where there is one, to the bar of steps.
    places = walk(everything, 250)
    assert places[:3] == ["top", "panel", "view"]
    assert places[3:5] in (["bottom"], ["bottom", "top"], ["panel", "bottom"])


def test_escape_closes_and_the_focus_returns(board: Board) -> None:
    board.open()
    board.describes("loss/train", "3 runs")
    settings = board.page.get_by_role("button", name="Settings")
    settings.focus()
    board.page.keyboard.press("Enter")
    dialog = board.page.get_by_role("dialog", name="Settings")
    expect(dialog).to_be_visible()
    board.until(
        lambda: dialog.evaluate("(dialog) => dialog.contains(document.activeElement)"), "it has the focus"
    )
    board.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(settings).to_be_focused()
    more = board.page.get_by_role("button", name="More for the runs")
    more.focus()
    board.page.keyboard.press("ArrowDown")
    expect(board.page.get_by_role("menu")).to_be_visible()
    board.page.keyboard.press("Escape")
    expect(more).to_be_focused()
    board.page.keyboard.press("Control+k")
    expect(board.page.get_by_role("dialog", name="Commands")).to_be_visible()
    board.page.keyboard.press("Escape")
    expect(more).to_be_focused()


def test_the_view_that_is_shown_is_seen_in_a_narrow_bar(everything: Board) -> None:
    everything.page.set_viewport_size({"width": 1024, "height": 768})
    everything.open(view="projector")
    shown = everything.page.get_by_role("navigation", name="Views").get_by_role("button", name="Projector")
    expect(shown).to_be_in_viewport(ratio=0.99)


def test_views_that_a_narrow_bar_has_no_room_for_are_in_a_menu(everything: Board) -> None:
    page = everything.page
    page.set_viewport_size({"width": 1024, "height": 768})
    everything.open(view=None)
    expect(everything.views).to_have_text(TITLES)
    menu = page.get_by_role("button", name="All views")
    menu.focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitemcheckbox")).to_have_text([re.compile(f"{title}$") for title in TITLES])
    expect(page.get_by_role("menuitemcheckbox", checked=True)).to_have_text(re.compile(f"{TITLES[0]}$"))
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(everything.view(TITLES[-1])).to_have_attribute("aria-current", "page")
    expect(everything.view(TITLES[-1])).to_be_in_viewport(ratio=0.99)
    # It goes where all of them have room.
    page.set_viewport_size({"width": 1920, "height": 900})
    expect(menu).to_have_count(0)
