/** Code with its colours and formulas as MathML, in HTML that is not cleaned yet. A worker runs it. */

import hljs from "highlight.js/lib/common";
import katex from "katex";
import type { Piece } from "./markdown";

/** HTML for each piece; null for a language that is not known and a formula that cannot be read. */
export function renderPieces(pieces: readonly Piece[]): (string | null)[] {
  return pieces.map((piece) => {
    try {
      return piece.kind === "code" ? coloured(piece) : set(piece);
    } catch {
      return null;
    }
  });
}

function coloured({ text, language }: Piece): string | null {
  return hljs.getLanguage(language) ? hljs.highlight(text, { language, ignoreIllegals: true }).value : null;
}

function set({ text, block }: Piece): string {
  // MathML needs neither style attributes nor fonts. Nothing that names an address or a class is obeyed (`trust`), and no
  // macro grows without end.
  return katex.renderToString(text, { output: "mathml", displayMode: block, throwOnError: true, trust: false, strict: false, maxExpand: 300, maxSize: 20 });
}
