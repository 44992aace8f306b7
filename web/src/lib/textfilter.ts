/** A filter as a person types it: plain words, or a regular expression between slashes. */

import { compilePattern } from "./pattern";

export interface TextFilter {
  readonly matches: (text: string) => boolean;
  /** Why the expression could not be used; the filter then matches everything. */
  readonly error: string | null;
  readonly empty: boolean;
}

const MATCH_ALL = () => true;

/**
 * Plain text matches where every word of it occurs, in any case and order.
 * `/expression/flags` matches as a regular expression; without flags case does not matter.
 */
export function compileFilter(typed: string): TextFilter {
  const text = typed.trim();
  if (text === "" || text === "/") return { matches: MATCH_ALL, error: null, empty: true };
  const expression = /^\/(.*?)(?:\/([a-z]*))?$/s.exec(text);
  if (!text.startsWith("/") || expression === null) {
    const words = text.toLowerCase().split(/\s+/);
    return {
      matches: (candidate) => {
        const lower = candidate.toLowerCase();
        return words.every((word) => lower.includes(word));
      },
      error: null,
      empty: false,
    };
  }
  const source = text.lastIndexOf("/") > 0 ? text.slice(1, text.lastIndexOf("/")) : text.slice(1);
  const flags = text.lastIndexOf("/") > 0 ? text.slice(text.lastIndexOf("/") + 1) : "";
  const { pattern, error, looked } = compilePattern(source, (flags || "i").replace(/[gy]/g, ""));
  return { matches: pattern === null ? MATCH_ALL : (candidate) => pattern.test(looked(candidate)), error, empty: false };
}
