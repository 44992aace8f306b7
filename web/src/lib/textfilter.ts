/** A filter as a person types it: plain words, or a regular expression between slashes. */

import { compilePattern } from "./pattern";

export interface TextFilter {
  readonly matches: (text: string) => boolean;
  /** Where in a text what was typed stands, in order and apart from each other; at most so many places. */
  readonly spans: (text: string, most: number) => [begin: number, end: number][];
  /** Why the expression could not be used; the filter then matches everything. */
  readonly error: string | null;
  readonly empty: boolean;
}

const MATCH_ALL = () => true;
const NO_SPANS = () => [];

/**
 * Plain text matches where every word of it occurs, in any case and order.
 * `/expression/flags` matches as a regular expression; without flags case does not matter.
 */
export function compileFilter(typed: string): TextFilter {
  const text = typed.trim();
  if (text === "" || text === "/") return { matches: MATCH_ALL, spans: NO_SPANS, error: null, empty: true };
  const expression = /^\/(.*?)(?:\/([a-z]*))?$/s.exec(text);
  if (!text.startsWith("/") || expression === null) {
    const words = text.toLowerCase().split(/\s+/);
    return {
      matches: (candidate) => {
        const lower = candidate.toLowerCase();
        return words.every((word) => lower.includes(word));
      },
      spans: (candidate, most) => spansOf(anyOf(words), candidate, most),
      error: null,
      empty: false,
    };
  }
  const source = text.lastIndexOf("/") > 0 ? text.slice(1, text.lastIndexOf("/")) : text.slice(1);
  const flags = text.lastIndexOf("/") > 0 ? text.slice(text.lastIndexOf("/") + 1) : "";
  const { pattern, error, looked } = compilePattern(source, (flags || "i").replace(/[gy]/g, ""));
  if (pattern === null) return { matches: MATCH_ALL, spans: NO_SPANS, error, empty: false };
  return {
    matches: (candidate) => pattern.test(looked(candidate)),
    spans: (candidate, most) => spansOf(new RegExp(pattern.source, `${pattern.flags}g`), looked(candidate), most),
    error,
    empty: false,
  };
}

/** The longest first, so that of two words of which one begins the other all of it is found. */
function anyOf(words: readonly string[]): RegExp {
  const longest = [...words].sort((a, b) => b.length - a.length);
  return new RegExp(longest.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "gi");
}

function spansOf(pattern: RegExp, text: string, most: number): [number, number][] {
  const spans: [number, number][] = [];
  for (const found of text.matchAll(pattern)) {
    if (spans.length >= most) break;
    if (found[0] !== "") spans.push([found.index, found.index + found[0].length]);
  }
  return spans;
}
