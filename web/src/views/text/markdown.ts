/** Markdown of strangers as HTML that can do nothing: no script, no style, no form, nothing fetched, links that open elsewhere. */

import DOMPurify, { type Config } from "dompurify";
import { Marked } from "marked";

const TAGS = [
  "a", "b", "blockquote", "br", "code", "del", "details", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
  "ins", "kbd", "li", "mark", "ol", "p", "pre", "s", "samp", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
  "th", "thead", "tr", "u", "ul", "var",
];

const CONFIG: Config = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ["href", "title", "align", "colspan", "rowspan", "start", "open", "rel", "target"],
  // Every attribute not named here is checked as an address.
  ADD_URI_SAFE_ATTR: ["align", "colspan", "rowspan", "start", "open"],
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  FORBID_CONTENTS: ["script", "style", "template", "noscript", "iframe", "object", "svg", "math"],
  KEEP_CONTENT: true,
};

/** Longer texts are shown as they are: laying them out would freeze the page. */
export const MOST_MARKDOWN = 200_000;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] as string);

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // A picture would be fetched from where the text says, telling that server who reads it.
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
  },
});

let purify: typeof DOMPurify | null = null;

/** One instance with its hook: a hook on the shared one would reach whoever else uses it. */
function purifier(): typeof DOMPurify {
  if (purify === null) {
    purify = DOMPurify(window);
    purify.addHook("afterSanitizeAttributes", (node) => {
      if (node.nodeName !== "A") return;
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer nofollow");
    });
  }
  return purify;
}

/** HTML that may be put into the page as it is; null for a text too long to lay out. */
export function renderMarkdown(text: string): string | null {
  if (text.length > MOST_MARKDOWN) return null;
  return purifier().sanitize(marked.parse(text, { async: false }), CONFIG);
}
