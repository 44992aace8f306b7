/** HTML that came of a text, cleaned so that it can do nothing: no script, no style, no form, nothing fetched, links that open elsewhere. */

import DOMPurify, { type Config } from "dompurify";
import type { Layout } from "./layouts";

const COMMON: Config = {
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  KEEP_CONTENT: true,
  RETURN_DOM_FRAGMENT: true,
};

/** No class and no id is left to a text: it must not pass for a part of the page. */
const TEXT: Config = {
  ...COMMON,
  ALLOWED_TAGS: [
    "a", "b", "blockquote", "br", "code", "del", "details", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "s", "samp", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "ul", "var",
  ],
  ALLOWED_ATTR: ["href", "title", "align", "colspan", "rowspan", "start", "open", "rel", "target", "data-piece"],
  // Every attribute not named here is checked as an address.
  ADD_URI_SAFE_ATTR: ["align", "colspan", "rowspan", "start", "open", "data-piece"],
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
  FORBID_CONTENTS: ["script", "style", "template", "noscript", "iframe", "object", "svg", "math"],
};

/** What colours code: spans with the classes that the style of this view knows. */
const CODE: Config = { ...COMMON, ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"] };
const CODE_CLASS = /^hljs-[a-z_-]+(?: [a-z_]+_)*$/;

/** MathML Core without links, styles and what may hold HTML. */
const FORMULA: Config = {
  ...COMMON,
  ALLOWED_NAMESPACES: ["http://www.w3.org/1998/Math/MathML", "http://www.w3.org/1999/xhtml"],
  ALLOWED_TAGS: [
    "math", "semantics", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded", "mphantom",
    "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd",
  ],
  ALLOWED_ATTR: [
    "xmlns", "display", "displaystyle", "scriptlevel", "mathvariant", "mathcolor", "mathsize", "stretchy", "fence", "separator", "form",
    "lspace", "rspace", "minsize", "maxsize", "symmetric", "movablelimits", "largeop", "accent", "accentunder", "linethickness", "width",
    "height", "depth", "voffset", "columnalign", "columnspacing", "rowspacing", "columnlines", "rowlines",
  ],
  ALLOWED_URI_REGEXP: /^[\w.+-]*$/,
  FORBID_CONTENTS: ["annotation", "annotation-xml", "script", "style"],
};

type Purifier = (html: string) => DocumentFragment;

/** Instances with their hooks: a hook on the shared one would reach whoever else uses it. */
function purifier(config: Config, hook: (element: Element) => void): Purifier {
  let made: typeof DOMPurify | null = null;
  return (html) => {
    if (made === null) {
      made = DOMPurify(window);
      made.addHook("afterSanitizeAttributes", hook);
    }
    return made.sanitize(html, { ...config, RETURN_DOM_FRAGMENT: true });
  };
}

const cleanText = purifier(TEXT, (element) => {
  const piece = element.getAttribute("data-piece");
  if (piece !== null && !(element.nodeName === "CODE" && /^\d{1,3}$/.test(piece))) element.removeAttribute("data-piece");
  if (element.nodeName !== "A") return;
  element.setAttribute("target", "_blank");
  element.setAttribute("rel", "noopener noreferrer nofollow");
});

const cleanCode = purifier(CODE, (element) => {
  if (!CODE_CLASS.test(element.getAttribute("class") ?? "")) element.removeAttribute("class");
});

const cleanFormula = purifier(FORMULA, () => undefined);

/** The nodes of a layout, with its code and formulas in their places. */
export function cleanLayout({ html, pieces, rendered }: Layout): DocumentFragment {
  const fragment = cleanText(html);
  for (const place of fragment.querySelectorAll("code[data-piece]")) {
    const at = Number(place.getAttribute("data-piece"));
    const piece = pieces[at];
    const found = rendered[at] ?? null;
    place.removeAttribute("data-piece");
    if (piece === undefined || found === null) continue;
    if (piece.kind === "code") place.replaceChildren(cleanCode(found));
    else (piece.block ? (place.closest("pre") ?? place) : place).replaceWith(formulaElement(cleanFormula(found), piece.block));
  }
  return fragment;
}

function formulaElement(content: DocumentFragment, block: boolean): HTMLElement {
  const element = document.createElement(block ? "div" : "span");
  element.className = block ? "formula block" : "formula";
  element.append(content);
  return element;
}
