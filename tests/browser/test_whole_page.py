"""The page as a whole: both themes, small screens, the keyboard alone, very many runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .project import ADAM, BASELINE, RUNS, SGD

VIEWS = {"Scalars": "loss/train", "Images": "data/characters", "Text": "data/character names"}
SMALL = {"viewport": {"width": 1024, "height": 768}}

# Text whose contrast to what is behind it is under 4.5; disabled controls and what nobody sees are left out.
_FAINT_TEXT = """
() => {
  const channels = (color) => {
    const srgb = /^color\\(srgb (\\S+) (\\S+) (\\S+)(?: \\/ (\\S+))?\\)$/.exec(color);
    if (srgb) return [srgb[1] * 255, srgb[2] * 255, srgb[3] * 255, Number(srgb[4] ?? 1)];
    const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\\d.]+/g) ?? []).map(Number);
    return [red, green, blue, alpha];
  };
  const over = ([r, g, b, a], [r2, g2, b2]) => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = (color) => {
    const [r, g, b] = color.map((value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, style, :disabled, [inert], .visually-hidden")) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const background = behind(element);
    const [a, b] = [light(over(channels(getComputedStyle(element).color), background)), light(background)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.49) faint.push(`${contrast.toFixed(2)} ${element.className} ${walker.currentNode.data.trim()}`);
  }
  return faint;
}
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_paint_the_curves_and_keep_text_readable(board: Board, theme: str) -> None:
    board.open(smoothing=0, theme=theme)

    def is_light() -> bool:
        style = "(header) => getComputedStyle(header).backgroundColor"
        return sum(map(int, re.findall(r"\d+", board.page.get_by_role("banner").evaluate(style))[:3])) > 600

    board.becomes(is_light, theme == "light", "the page is light or dark")
    board.describes("loss/train", f"{len(RUNS)} runs")
    for run in RUNS:
        board.expect_painted("loss/train", board.color(run))
    for view, title in VIEWS.items():
        board.view(view).click()
        expect(board.card(title)).to_be_visible()
        board.becomes(lambda: board.page.evaluate(_FAINT_TEXT), [], f"text of {view} can be read")


@pytest.mark.parametrize(
    "context_options", [{"color_scheme": "dark"}, {"color_scheme": "light"}], ids=["dark", "light"]
)
def test_the_theme_is_the_systems_until_one_is_chosen(board: Board, context_options: dict[str, str]) -> None:
    system = context_options["color_scheme"]
    other = {"dark": "light", "light": "dark"}[system]
    board.open()
    root = board.page.locator("html")
    expect(root).to_have_attribute("data-theme", system)
    board.page.get_by_role("button", name=f"{other.title()} theme").click()
    expect(root).to_have_attribute("data-theme", other)
    # It is kept in this browser, also for a link that does not say.
    board.page.goto(board.url)
    expect(root).to_have_attribute("data-theme", other)


@pytest.mark.parametrize("context_options", [SMALL], ids=["1024x768"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_small_screen_holds_everything(board: Board, view: str) -> None:
    board.open(view=view.lower(), v_tags="loss")
    expect(board.card(VIEWS[view])).to_be_visible()
    wide = "() => document.documentElement.scrollWidth"
    board.until(lambda: board.page.evaluate(wide) <= 1024, "the page is no wider than the screen")
    # Nothing sticks out of the page at the right, where it could not be reached.
    outside = """() => [...document.querySelectorAll("header *, nav *, main *, footer *")].filter((element) => {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.right <= innerWidth + 1) return false;
      for (let at = element.parentElement; at; at = at.parentElement) {
        const scrolls = /auto|scroll/.test(getComputedStyle(at).overflowX);
        if (scrolls && at.getBoundingClientRect().right <= innerWidth + 1) return false;
      }
      return !element.closest("[aria-hidden=true], .visually-hidden");
    }).map((element) => element.outerHTML.slice(0, 120))"""
    board.becomes(lambda: board.page.evaluate(outside), [], "nothing sticks out of the page")
    cut = """() => [...document.querySelectorAll("nav[aria-label=Views] button, [role=toolbar] :is(input, button)")]
      .filter((control) => {
        const { left, right, width } = control.getBoundingClientRect();
        return width === 0 || left < 0 || right > 1024;
      }).map((control) => control.outerHTML.slice(0, 120))"""
    board.becomes(lambda: board.page.evaluate(cut), [], "every control is in sight")
    for tab in board.views.all():
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")
    board.view("Scalars").click()
    board.describes("loss/train", f"{len(RUNS)} runs")


@pytest.mark.parametrize("context_options", [SMALL], ids=["1024x768"])
def test_on_a_small_screen_the_panels_come_and_go(board: Board) -> None:
    board.open()
    expect(board.inspector).to_have_count(0)
    board.page.get_by_role("button", name="Inspector").click()
    expect(board.inspector).to_be_visible()
    board.page.get_by_role("button", name="Inspector").click()
    expect(board.inspector).to_have_count(0)
    board.page.get_by_role("button", name="Runs panel").click()
    expect(board.runs_panel).to_have_count(0)


def test_the_keyboard_alone_chooses_runs_and_views(board: Board) -> None:
    keyboard = board.page.keyboard
    board.open()
    board.expect_shown(*RUNS)
    for _ in range(40):
        keyboard.press("Tab")
        if board.page.evaluate("() => document.activeElement?.getAttribute('role')") == "tree":
            break
    tree = board.runs_panel.get_by_role("tree")
    expect(tree).to_be_focused()
    keyboard.press("Home")
    for _ in range(12):
        active = tree.get_attribute("aria-activedescendant")
        if board.page.locator(f"#{active}").get_attribute("aria-label") == BASELINE:
            break
        keyboard.press("ArrowDown")
    keyboard.press("Space")
    board.expect_shown(ADAM, SGD)
    keyboard.press("Space")
    board.expect_shown(*RUNS)
    keyboard.press("Enter")
    board.expect_shown(BASELINE)
    keyboard.press("Enter")
    board.expect_shown(*RUNS)

    keyboard.press("Control+k")
    palette = board.page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("combobox")).to_be_focused()
    keyboard.type("images")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Images")
    keyboard.press("Enter")
    expect(palette).to_have_count(0)
    expect(board.view("Images")).to_have_attribute("aria-current", "page")
    expect(board.card("data/characters")).to_be_visible()
    keyboard.press("4")
    expect(board.view("Text")).to_have_attribute("aria-current", "page")
    keyboard.press("2")
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    keyboard.press("t")
    expect(board.page.locator("html")).to_have_attribute("data-theme", "dark")
    keyboard.press("?")
    expect(board.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    keyboard.press("Escape")
    keyboard.press("/")
    expect(board.runs_panel.get_by_role("searchbox")).to_be_focused()
    keyboard.type("sgd")
    board.expect_shown(SGD)


def test_the_palette_finds_runs_and_closes(board: Board) -> None:
    board.open()
    board.page.get_by_role("banner").get_by_role("button", name="Search").click()
    palette = board.page.get_by_role("dialog", name="Commands")
    board.page.keyboard.type("sgd")
    expect(palette.get_by_role("option").first).to_contain_text(SGD)
    board.page.keyboard.press("Enter")
    board.expect_shown(SGD)
    board.page.keyboard.press("Control+k")
    board.page.keyboard.type("no command is called this")
    expect(palette).to_contain_text("Nothing goes by that name.")
    board.page.keyboard.press("Escape")
    expect(palette).to_have_count(0)


def test_two_thousand_runs_stay_usable(tmp_path: Path, open_log: OpenLog) -> None:
    builder = LogdirBuilder(tmp_path)
    for number in range(2_000):
        builder.run(f"lr={number % 10}/seed {number:04}").scalars("loss", [1.0, 0.5 + number / 4_000])
    board = open_log(tmp_path).open(smoothing=0)
    expect(board.page.get_by_role("contentinfo")).to_contain_text(
        "2,000 runs, 10 shown, 4,000 points, all kept"
    )
    board.describes("loss", "10 runs")
    elements = board.page.locator("*")
    board.until(lambda: elements.count() < 2_000, "the page stays small")
    # Every run can be reached in the list.
    tree = board.runs_panel.get_by_role("tree")
    tree.press("End")
    expect(board.run("lr=9/seed 1999")).to_be_visible()
    board.runs_panel.get_by_role("searchbox").fill("/seed 012[34]/")
    expect(board.runs).to_have_count(2)
    board.describes("loss", "loss: 2 runs")
    board.runs_panel.get_by_role("searchbox").fill("")
    board.page.get_by_role("main").click(position={"x": 5, "y": 500})
    board.page.keyboard.press("a")
    board.describes("loss", "loss: 2,000 runs")
    expect(board.page.get_by_role("contentinfo")).to_contain_text("2,000 shown")
    board.until(lambda: elements.count() < 4_000, "with all curves too")
    board.hover("loss", 0)
    expect(board.inspector.get_by_text("step 0", exact=True)).to_be_visible()
    assert elements.count() < 4_000
