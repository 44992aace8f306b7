/** Markdown as HTML, with its code and formulas apart. Touches no document and trusts nothing: a worker runs it, `clean.ts` cleans what comes. */

import { Marked, type RendererObject, type TokenizerAndRendererExtension } from "marked";

/** Code in a language that is named, or a formula; `data-piece` of a `code` element is its place in the list. */
export interface Piece {
  readonly kind: "code" | "formula";
  /** Of code, as it was named. */
  readonly language: string;
  /** Whether a formula stands in lines of its own. */
  readonly block: boolean;
  readonly text: string;
}

export interface Laid {
  /** Not cleaned yet. */
  readonly html: string;
  readonly pieces: readonly Piece[];
  /** How many characters of the text it shows, from the first. */
  readonly length: number;
}

/** Of longer texts the beginning is laid out. */
export const MOST_MARKDOWN = 100_000;
/** More elements than a person reads; the page would be busy with them for seconds. */
const MOST_ELEMENTS = 10_000;
/** Elements within elements. */
const DEEPEST = 100;
const MOST_PIECES = 500;
const MOST_CODE = 20_000;
const MOST_FORMULA = 2_000;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] as string);

/** Of the text that is being parsed: the parser calls back, and runs to its end before another begins. */
let pieces: Piece[] = [];

function place(piece: Piece): string {
  const most = piece.kind === "code" ? MOST_CODE : MOST_FORMULA;
  const marked = pieces.length < MOST_PIECES && piece.text.length <= most;
  const opened = marked ? `<code data-piece="${pieces.push(piece) - 1}">` : "<code>";
  return piece.block ? `<pre>${opened}${escape(piece.text)}</code></pre>` : `${opened}${escape(piece.text)}</code>`;
}

const formula = (text: string, block: boolean): Piece => ({ kind: "formula", language: "", block, text });

const renderer: RendererObject = {
  // Nothing of a text can be filled in.
  checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  // A picture would be fetched from where the text says, telling that server who reads it.
  image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
  code: ({ text, lang }) => place({ kind: "code", language: /^[\w+#.-]{1,40}/.exec(lang ?? "")?.[0] ?? "", block: true, text: `${text}\n` }),
};

// A dollar before a space or after one is money, not mathematics.
const BLOCK_FORMULA = /^(?:\$\$([^$]+?)\$\$|\\\[((?:(?!\\\])[^])+)\\\])[ \t]*(?:\n|$)/;
const INLINE_FORMULA = /^(?:\$\$([^$\n]+)\$\$|\$((?!\s)[^$\n`]*[^$\s\\`])\$(?!\d)|\\\(((?:(?!\\\))[^\n])+)\\\))/;

function extension(level: "block" | "inline", start: RegExp, whole: RegExp): TokenizerAndRendererExtension {
  const name = `formula ${level}`;
  return {
    name,
    level,
    start: (source) => source.match(start)?.index,
    tokenizer(source) {
      const found = whole.exec(source);
      return found ? { type: name, raw: found[0], text: (found[1] ?? found[2] ?? found[3] ?? "").trim() } : undefined;
    },
    renderer: ({ text }) => place(formula(String(text), level === "block")),
  };
}

const options = { gfm: true, breaks: true, renderer };
const plain = new Marked(options);
const mathematical = new Marked(options, {
  extensions: [extension("block", /\$\$|\\\[/, BLOCK_FORMULA), extension("inline", /\$|\\\(/, INLINE_FORMULA)],
});

/** The beginning of a text, up to a line's end where there is one. */
export function beginning(text: string, most: number): string {
  if (text.length <= most) return text;
  const line = text.lastIndexOf("\n", most);
  const end = line > most / 2 ? line : most;
  const high = text.charCodeAt(end - 1);
  return text.slice(0, high >= 0xd800 && high < 0xdc00 ? end - 1 : end);
}

/** How many elements some HTML has, and how deep they stand within each other, about. */
function extent(html: string): { count: number; depth: number } {
  let [count, depth, deepest] = [0, 0, 0];
  for (const [tag] of html.matchAll(/<\/?[a-z][^>]*>/gi)) {
    if (tag[1] === "/") depth = Math.max(0, depth - 1);
    else {
      count += 1;
      if (!/^<(?:br|hr|img|input)\b/i.test(tag)) deepest = Math.max(deepest, (depth += 1));
    }
  }
  return { count, depth: deepest };
}

/** Lays out as much of a text's beginning as a page can bear; `deep` where even that stands too deep within itself. */
export function parseMarkdown(text: string): Laid | "deep" {
  const marked = /[$\\]/.test(text) ? mathematical : plain;
  for (let most = MOST_MARKDOWN; most > 500; most = Math.floor(most / 2)) {
    const part = beginning(text, most);
    pieces = [];
    let html: string;
    try {
      html = marked.parse(part, { async: false });
    } catch {
      continue; // a stack that was too small: each level of quotes and lists is a call within a call
    }
    const { count, depth } = extent(html);
    if (count <= MOST_ELEMENTS && depth <= DEEPEST) return { html, pieces, length: part.length };
  }
  return "deep";
}
