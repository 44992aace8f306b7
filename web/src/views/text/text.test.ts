// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import type { SampleList, TextQuery } from "../../api/source";
import { compileFilter } from "../../lib/textfilter";
import { MOST_MARKDOWN, renderMarkdown } from "./markdown";
import { TextSeries } from "./series.svelte";
import { layoutOf } from "./tables";

const pwned = globalThis as { pwned?: unknown };

/** Puts rendered text where it would run if it could. */
function mount(text: string): HTMLElement {
  const place = document.createElement("div");
  place.innerHTML = renderMarkdown(text) ?? "";
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
      expect(["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "FORM", "INPUT", "BUTTON", "TEXTAREA", "SELECT", "LINK", "META", "BASE", "IMG", "SVG", "MATH", "VIDEO", "AUDIO", "TEMPLATE"]).not.toContain(element.nodeName.toUpperCase());
      for (const { name, value } of element.attributes) {
        expect(name).toMatch(/^(href|title|align|colspan|rowspan|start|open|rel|target)$/);
        if (name === "href") expect(value).toMatch(/^(https?:\/\/|mailto:)/);
      }
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
  it("leaves what is too long as it is", () => expect(renderMarkdown("a".repeat(MOST_MARKDOWN + 1))).toBeNull());
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
    expect(layoutOf([50, 1, 2], Array.from({ length: 100 }, String))).toMatchObject({ omitted: 30 });
  });
  it("without strings have no table", () => expect(layoutOf([0], [])).toEqual({ kind: "tables", tables: [], omitted: 0 }));
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
    expect(texts.error).toBe("Error: no such run");
  });
});
