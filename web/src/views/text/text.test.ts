// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { SampleList, TextQuery } from "../../api/source";
import { compileFilter } from "../../lib/textfilter";
import { cleanLayout } from "./clean";
import { Layouts } from "./layouts";
import { beginning, MOST_MARKDOWN, parseMarkdown, type Laid } from "./markdown";
import { renderPieces } from "./pieces";
import { TextSeries } from "./series.svelte";
import { layoutOf } from "./tables";
import { TimedWorker } from "./timedworker";

const pwned = globalThis as { pwned?: unknown };

function laid(text: string): Laid {
  const found = parseMarkdown(text);
  if (found === "deep") throw new Error("too deep");
  return found;
}

/** Puts a text that is laid out where it would run if it could. */
function mount(text: string): HTMLElement {
  const place = document.createElement("div");
  const layout = laid(text);
  place.append(cleanLayout({ ...layout, rendered: renderPieces(layout.pieces) }));
  document.body.replaceChildren(place);
  return place;
}

const ATTACKS = [
  "<script>pwned=1</script>",
  "<scr<script>ipt>pwned=1</scr</script>ipt>",
  "<img src=x onerror=pwned=1>",
  "<img/src='x'/onerror=pwned=1>",
  "<svg onload=pwned=1>",
  "<svg><script>pwned=1</script></svg>",
  "<svg><animate onbegin=pwned=1 attributeName=x dur=1s>",
  "<svg><a xlink:href='javascript:pwned=1'><text>x</text></a></svg>",
  "<math><mtext></mtext><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=pwned=1&gt;'>",
  "<form><math><mtext></form><form><mglyph><style></math><img src onerror=pwned=1>",
  "<iframe src='javascript:pwned=1'></iframe>",
  "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
  "<object data='javascript:pwned=1'></object><embed src='javascript:pwned=1'>",
  "<a href='javascript:pwned=1'>x</a>",
  "<a href='JaVaScRiPt:pwned=1'>x</a>",
  "<a href='java\tscript:pwned=1'>x</a>",
  "<a href='&#106;avascript:pwned=1'>x</a>",
  "<a href=' javascript:pwned=1'>x</a>",
  "<a href='data:text/html,<script>pwned=1</script>'>x</a>",
  "<a href='vbscript:pwned=1'>x</a>",
  "<a href='blob:x'>x</a>",
  "[x](javascript:pwned=1)",
  "[x](javascript&colon;pwned=1)",
  "[x](<javascript:pwned=1>)",
  "[x](data:text/html;base64,PHNjcmlwdD5wd25lZD0xPC9zY3JpcHQ+)",
  "![x](javascript:pwned=1)",
  "![x](x\"onerror=\"pwned=1)",
  "![x](https://example.test/a.png\"onmouseover=\"pwned=1)",
  "<javascript:pwned=1>",
  "[x]: javascript:pwned=1\n\n[x]",
  "<details open ontoggle=pwned=1><summary>x</summary></details>",
  "<body onload=pwned=1>",
  "<input autofocus onfocus=pwned=1>",
  "<select autofocus onfocus=pwned=1>",
  "<textarea><img src=x onerror=pwned=1></textarea>",
  "<video><source onerror=pwned=1></video><audio src=x onerror=pwned=1>",
  "<form action='javascript:pwned=1'><button>x</button></form>",
  "<button formaction='javascript:pwned=1'>x</button>",
  "<style>@import 'https://example.test/x.css'; body{display:none}</style>",
  "<link rel=stylesheet href='https://example.test/x.css'>",
  "<meta http-equiv=refresh content='0;url=javascript:pwned=1'>",
  "<base href='https://example.test/'>",
  "<div style='background:url(https://example.test/x)'>x</div>",
  "<p style='position:fixed;inset:0'>x</p>",
  "<table background='https://example.test/x'><tr><td background='javascript:pwned=1'>x</td></tr></table>",
  "<template><script>pwned=1</script></template>",
  "<noscript><p title='</noscript><img src=x onerror=pwned=1>'></noscript>",
  "<a id=log name=log>x</a><form id=body name=cookie></form>",
  "<x onclick=pwned=1 tabindex=1>x</x>",
  "<p onmouseover=pwned=1>x</p>",
  "```<img src=x onerror=pwned=1>\nx\n```",
  "```\"><img src=x onerror=pwned=1>\nx\n```",
  "`<img src=x onerror=pwned=1>`",
  "| <img src=x onerror=pwned=1> |\n|---|\n| <script>pwned=1</script> |",
  "<!--><img src=x onerror=pwned=1>-->",
  "<![CDATA[<img src=x onerror=pwned=1>]]>",
  "&lt;script&gt;pwned=1&lt;/script&gt;",
  // Restyling the page, or passing for a part of it.
  "<div class='page bar modal' id=app>x</div><code class='formula block'>x</code><span class='hljs-title'>x</span>",
  "<code class='language-python hljs-title'>x</code><pre class='raw'>x</pre>",
  "<code data-piece=0>x</code><code data-piece=99999>y</code><p data-piece=0 data-x=1>z</p><code data-piece='0 onx'>w</code>",
  "<math class=formula style='position:fixed'><mi href='javascript:pwned=1'>x</mi></math>",
  "```python class=x onload=pwned=1\n'<img src=x onerror=pwned=1>'\n```",
  "```html\n<script>pwned=1</script><img src=x onerror=pwned=1>\n```",
  "```js\npwned = `</code><img src=x onerror=pwned=1>`\n```",
  "$\\href{javascript:pwned=1}{x}$ $\\url{javascript:pwned=1}$ $\\includegraphics{https://example.test/x.png}$",
  "$\\htmlStyle{position:fixed}{x}$ $\\htmlClass{page}{x}$ $\\htmlId{app}{x}$ $\\htmlData{x=1}{y}$",
  "$\\text{<img src=x onerror=pwned=1>}$ $<script>pwned=1</script>$ $\\unicode{x3c}$",
  "$\\def\\a{\\a\\a}\\a$ $\\colorbox{red;position:fixed}{x}$ $\\fcolorbox{red}{blue}{x}$ $\\rule{9999em}{9999em}$",
];

describe("texts of strangers", () => {
  beforeEach(() => {
    delete pwned.pwned;
  });
  it.each(ATTACKS)("can do nothing: %s", async (attack) => {
    const place = mount(attack);
    await new Promise((resolve) => setTimeout(resolve));
    expect(pwned.pwned).toBeUndefined();
    for (const element of place.querySelectorAll("*")) {
      const inFormula = element.closest(".formula") !== null;
      expect(["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "FORM", "INPUT", "BUTTON", "TEXTAREA", "SELECT", "LINK", "META", "BASE", "IMG", "SVG", "VIDEO", "AUDIO", "TEMPLATE", "ANNOTATION"]).not.toContain(element.nodeName.toUpperCase());
      if (element.localName === "math") expect(inFormula).toBe(true);
      for (const { name, value } of element.attributes) {
        if (name === "class") expect(value).toMatch(element.localName === "span" && element.closest("pre code") ? /^hljs-[\w -]+$/ : /^formula( block)?$/);
        else if (inFormula) expect(name).not.toMatch(/^(on|href|src|style|id|data|xlink)/);
        else expect(name).toMatch(/^(href|title|align|colspan|rowspan|start|open|rel|target)$/);
        if (name === "href") expect(value).toMatch(/^(https?:\/\/|mailto:)/);
      }
      // Only what the page itself made of a formula has its class.
      if (element.classList.contains("formula")) expect(element.firstElementChild?.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
    }
  });
});

describe("markdown", () => {
  it("opens links elsewhere, telling nobody where from", () => {
    const link = mount("[paper](https://example.test/a?b=1&c=2)").querySelector("a");
    expect([link?.getAttribute("href"), link?.target, link?.rel]).toEqual(["https://example.test/a?b=1&c=2", "_blank", "noopener noreferrer nofollow"]);
  });
  it("makes links of pictures, which would be fetched", () => {
    const place = mount("![curve](https://example.test/a.png)");
    expect(place.querySelector("img")).toBeNull();
    expect(place.querySelector("a")?.textContent).toBe("curve");
  });
  it("lays out tables with their alignment", () => {
    const place = mount("| a | b |\n|--:|---|\n| 1 | 2 |");
    expect([...place.querySelectorAll("td")].map((cell) => [cell.textContent, cell.getAttribute("align")])).toEqual([["1", "right"], ["2", null]]);
  });
  it("keeps code as it was typed", () => expect(mount("```python\nif a  <  b:\n    go()\n```").querySelector("pre code")?.textContent).toBe("if a  <  b:\n    go()\n"));
  it("keeps the lines and spaces of plain text", () => {
    const paragraph = mount("loss  0.1\nacc   0.9").querySelector("p");
    expect(paragraph?.innerHTML).toBe("loss  0.1<br>acc   0.9");
  });
  it("shows in full what looks like a tag but is none", () => expect(mount("x < 3 and y > 2").textContent?.trim()).toBe("x < 3 and y > 2"));
  it("keeps other scripts", () => expect(mount("予測 **ま**").querySelector("strong")?.textContent).toBe("ま"));
  it("shows what is done of a list", () => expect(mount("- [x] a\n- [ ] b").textContent?.replaceAll(/\s+/g, " ").trim()).toBe("☑ a ☐ b"));
  it("colours code of languages that it knows", () => {
    const place = mount("```python\nlr = 0.1  # rate\n```\n\n```no-such\n<b>\n```\n\n```\nx\n```");
    expect(place.querySelector(".hljs-comment")?.textContent).toBe("# rate");
    expect([...place.querySelectorAll("pre")].map((code) => code.textContent)).toEqual(["lr = 0.1  # rate\n", "<b>\n", "x\n"]);
  });
  it("sets formulas, and leaves money and what cannot be read as they were typed", () => {
    const formulas = (text: string) => [...mount(text).querySelectorAll(".formula")].map((element) => [element.className, element.textContent]);
    expect(formulas("loss $x^2_i$ and \\(y\\)\n\n$$\na < b\n$$\n\n\\[z\\]")).toEqual([["formula", "xi2"], ["formula", "y"], ["formula block", "a<b"], ["formula block", "z"]]);
    expect(formulas("it costs $5 and $6, not 7 $; `$x$`")).toEqual([]);
    expect(mount("$\\frac{1}{$ and $\\nonsense$").textContent?.trim()).toBe("\\frac{1}{ and \\nonsense");
    expect(mount("| a |\n|---|\n| $x$ |").querySelectorAll("td .formula math")).toHaveLength(1);
  });
});

describe("tensors of strings", () => {
  it("of one string are a text", () => expect(layoutOf([1], ["hello"])).toEqual({ kind: "text", text: "hello" }));
  it("are a column or a matrix", () => {
    expect(layoutOf([3], ["a", "b", "c"])).toMatchObject({ tables: [{ caption: "", rows: [["a"], ["b"], ["c"]] }] });
    expect(layoutOf([2, 2], ["a", "b", "c", "d"])).toMatchObject({ tables: [{ rows: [["a", "b"], ["c", "d"]] }] });
  });
  it("with more axes are tables that say which they are", () => {
    const layout = layoutOf([2, 2, 1, 2], ["a", "b", "c", "d", "e", "f", "g", "h"]);
    expect(layout).toMatchObject({ tables: [{ caption: "[0, 0, :, :]" }, { caption: "[0, 1, :, :]" }, { caption: "[1, 0, :, :]" }, { caption: "[1, 1, :, :]", rows: [["g", "h"]] }], omitted: 0 });
  });
  it("with very many slices say how many are left out", () => {
    expect(layoutOf([50, 1, 2], Array.from({ length: 100 }, String))).toMatchObject({ omitted: 60 });
    const column = layoutOf([5000], Array.from({ length: 5000 }, String));
    expect(column).toMatchObject({ omitted: 4000, tables: [{ caption: "" }] });
  });
  it("without strings have no table", () => expect(layoutOf([0], [])).toEqual({ kind: "tables", tables: [], omitted: 0 }));
});

describe("texts made to hang the page", () => {
  it.each([
    ["quotes within quotes", ">".repeat(5000) + " x"],
    ["tags within tags", "<div>".repeat(3000) + "x"],
  ])("%s are not laid out", (_, text) => expect(parseMarkdown(text)).toBe("deep"));
  it.each([
    ["10 MB of words", "word ".repeat(2_000_000)],
    ["10 MB in one word", "a".repeat(10_000_000)],
    ["100,000 links", "[a](http://example.test/) ".repeat(100_000)],
    ["100,000 formulas", "$x$ ".repeat(100_000)],
    ["a table of 100,000 cells", `|${"a|".repeat(90)}\n|${"-|".repeat(90)}\n${`|${"1|".repeat(90)}\n`.repeat(1100)}`],
    ["lists within lists", Array.from({ length: 400 }, (_, depth) => `${"  ".repeat(depth)}- x`).join("\n")],
    ["open emphasis", "*a ".repeat(50_000) + "_b **".repeat(20_000)],
    ["open code", "`".repeat(2_000) + "a `` b ".repeat(3_000)],
  ])("%s are laid out in part, of a bounded size", (_, text) => {
    const { html, pieces, length } = laid(text);
    expect(length).toBeLessThanOrEqual(MOST_MARKDOWN);
    expect(html.match(/<[a-z]/g)?.length ?? 0).toBeLessThanOrEqual(10_000);
    expect(pieces.length).toBeLessThanOrEqual(500);
  });
  it("begin at a line's end where one is near, and with whole characters", () => {
    expect(beginning("ab\ncd\nef", 7)).toBe("ab\ncd");
    expect(beginning("abcdef", 4)).toBe("abcd");
    expect(beginning("😀😀", 3)).toBe("😀");
  });
});

/** A worker that answers when told to. */
class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  asked: string[] = [];
  ended = false;
  constructor() {
    FakeWorker.made.push(this);
  }
  postMessage(asked: string): void {
    this.asked.push(asked);
  }
  terminate(): void {
    this.ended = true;
  }
}

describe("a worker with a time limit", () => {
  const make = () => new TimedWorker<string, string>(() => new FakeWorker() as unknown as Worker, 1000);
  beforeEach(() => {
    vi.useFakeTimers();
    FakeWorker.made = [];
    return () => vi.useRealTimers();
  });
  it("answers one question after the other", async () => {
    const timed = make();
    const answers = [timed.ask("a"), timed.ask("b")];
    const [worker] = FakeWorker.made;
    expect(worker?.asked).toEqual(["a"]);
    worker?.onmessage?.({ data: "A" });
    expect(await answers[0]).toBe("A");
    worker?.onmessage?.({ data: "B" });
    expect(await answers[1]).toBe("B");
    expect(FakeWorker.made).toHaveLength(1);
  });
  it("is ended where an answer takes too long or fails, and the next question has another", async () => {
    const timed = make();
    const answers = [timed.ask("slow"), timed.ask("broken"), timed.ask("good")];
    vi.advanceTimersByTime(1001);
    expect(await answers[0]).toBeNull();
    expect(FakeWorker.made.map(({ ended }) => ended)).toEqual([true, false]);
    FakeWorker.made[1]?.onerror?.();
    expect(await answers[1]).toBeNull();
    FakeWorker.made[2]?.onmessage?.({ data: "good" });
    expect(await answers[2]).toBe("good");
  });
  it("that cannot be started answers nothing", async () => {
    const timed = new TimedWorker<string, string>(() => { throw new Error("no workers"); }, 1000);
    expect(await timed.ask("a")).toBeNull();
  });
});

describe("layouts", () => {
  it("are made once, and say why there is none", async () => {
    const asked: string[] = [];
    const answers: Record<string, Laid | "deep" | null> = { "*good*": { html: "<p>x</p>", pieces: [], length: 4 }, "*deep*": "deep", "*slow*": null };
    const layouts = new Layouts({ ask: (text) => (asked.push(text), Promise.resolve(answers[text] ?? null)) }, { ask: () => Promise.resolve(null) });
    expect(layouts.known("*good*")).toBeNull();
    expect(await layouts.layOut("*good*")).toMatchObject({ html: "<p>x</p>", rendered: [] });
    await layouts.layOut("*good*");
    expect(layouts.known("*good*")).not.toBeNull();
    expect([await layouts.layOut("*deep*"), await layouts.layOut("*slow*")]).toEqual(["deep", "slow"]);
    expect(asked).toEqual(["*good*", "*deep*", "*slow*"]);
  });
  it("whose pieces take too long leave them as they were typed", async () => {
    const layouts = new Layouts({ ask: (text) => Promise.resolve(parseMarkdown(text)) }, { ask: () => Promise.resolve(null) });
    const layout = await layouts.layOut("$x$");
    if (typeof layout === "string") throw new Error(layout);
    expect(cleanLayout(layout).textContent).toContain("x");
    expect(cleanLayout(layout).querySelector("code")?.hasAttribute("data-piece")).toBe(false);
  });
  it("of words and numbers alone ask no worker, and are what Markdown makes of them", async () => {
    const layouts = new Layouts({ ask: () => Promise.reject(new Error("asked")) }, { ask: () => Promise.reject(new Error("asked")) });
    for (const text of ["a", "row 17", "2024", "0.5", "-1.5e-3", "two  spaces", "学習率", "e", "12 monkeys", "x1 y2"]) {
      expect(layouts.known(text), text).toEqual({ ...laid(text), rendered: [] });
      expect(await layouts.layOut(text)).toEqual(layouts.known(text));
    }
    for (const text of ["", " a", "    code", "a ", "- a", "1. a", "# a", "a\nb", "*a*", "a_b_", "www.x.org", "<b>", "&amp;", "1.", "a.b", "---", "=", "$x$", "~a~", "x".repeat(300)]) {
      expect(layouts.known(text), text).toBeNull();
    }
  });
});

describe("series of texts", () => {
  const count = 450;
  function series() {
    const asked: TextQuery[] = [];
    let key = "k";
    const list = (): SampleList => {
      const numbers = Array.from({ length: count }, (_, index) => index);
      return { run: "a", tag: "t", kind: "text", revision: 1, steps: numbers, wall_times: numbers, bytes: numbers, keys: numbers.map((index) => (index === 3 ? key : `${index}`)), segments: [], segment_count: 0, segment: 0 };
    };
    const source = {
      samples: () => Promise.resolve(list()),
      texts: (query: TextQuery) => {
        asked.push(query);
        const stop = Math.min(count, query.first + query.count);
        const texts = Array.from({ length: stop - query.first }, (_, at) => ({ sample: query.first + at, step: query.first + at, wall_time: 0, shape: [], strings: [`text ${query.first + at}`], error: null }));
        return Promise.resolve({ run: "a", tag: "t", revision: 1, total: count, texts });
      },
    };
    return { asked, change: () => (key = "changed"), texts: new TextSeries(source, "a", "t") };
  }
  const signal = new AbortController().signal;

  it("fetches what is looked at, once", async () => {
    const { asked, texts } = series();
    await texts.loadList(signal);
    await texts.load(count - 20, count, signal);
    await texts.load(count - 20, count, signal);
    expect(asked.map(({ first, count: wanted }) => [first, wanted])).toEqual([[430, 20]]);
    expect(texts.text(449)?.strings).toEqual(["text 449"]);
  });
  it("fetches all in large pages to search them, the newest match first", async () => {
    const { asked, texts } = series();
    await texts.loadList(signal);
    await texts.load(0, count, signal);
    expect(asked).toHaveLength(3);
    expect(texts.matching(compileFilter("/ 44\\d$/").matches)).toEqual([449, 448, 447, 446, 445, 444, 443, 442, 441, 440]);
  });
  it("fetches anew what became another text", async () => {
    const { asked, change, texts } = series();
    await texts.loadList(signal);
    await texts.load(0, 5, signal);
    change();
    await texts.loadList(signal);
    expect(texts.text(3)).toBeNull();
    await texts.load(0, 5, signal);
    expect(asked.at(-1)).toMatchObject({ first: 3 });
  });
  it("says what went wrong", async () => {
    const texts = new TextSeries({ samples: () => Promise.reject(new Error("no such run")), texts: () => Promise.reject(new Error("unused")) }, "a", "t");
    await texts.loadList(signal);
    expect(texts.error).toBe("no such run");
  });
});
