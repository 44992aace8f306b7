/**
 * A choice of runs as it stands in a link: everything but some, nothing but some, or the page's own choice.
 * Names are written out while they are few; many are written as four characters of hash each.
 */

export interface RunSet {
  /** `auto`: the page chooses; `all`: every run but `names`; `only`: no run but `names`. */
  mode: "auto" | "all" | "only";
  names: ReadonlySet<string>;
}

export const AUTO: RunSet = { mode: "auto", names: new Set() };
export const ALL: RunSet = { mode: "all", names: new Set() };
export const NONE: RunSet = { mode: "only", names: new Set() };

const LONGEST_NAMED = 1500;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 24 bits of FNV-1a over the UTF-16 units of a name, as four URL-safe characters. */
export function shortHash(name: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  const bits = (hash ^ (hash >>> 24)) & 0xffffff;
  let text = "";
  for (let shift = 18; shift >= 0; shift -= 6) text += ALPHABET[(bits >> shift) & 63];
  return text;
}

/** Null for the page's own choice, which needs no word in the link. */
export function encodeRunSet(set: RunSet): string | null {
  if (set.mode === "auto") return null;
  const names = [...set.names].sort();
  if (names.length === 0) return set.mode === "all" ? "all" : "none";
  const word = set.mode === "all" ? "not" : "only";
  const named = names.map(escapeMarks).join(",");
  return named.length <= LONGEST_NAMED ? `${word}:${named}` : `${word}~${names.map(shortHash).join("")}`;
}

/** `runs` turns hashes back into names; names need it not, so a run may still be to come. What makes no sense is `auto`. */
export function decodeRunSet(text: string | null, runs: readonly string[]): RunSet {
  if (text === "all") return ALL;
  if (text === "none") return NONE;
  const parts = /^(not|only)([:~])(.*)$/s.exec(text ?? "");
  if (!parts) return AUTO;
  const [, word, form, body = ""] = parts;
  const mode = word === "not" ? "all" : "only";
  if (form === "~") {
    const hashes = new Set(body.match(/.{4}/g));
    return { mode, names: new Set(runs.filter((run) => hashes.has(shortHash(run)))) };
  }
  return { mode, names: new Set(body.split(",").filter(Boolean).map(unescapeMarks)) };
}

function escapeMarks(name: string): string {
  return name.replaceAll("%", "%25").replaceAll(",", "%2C");
}

function unescapeMarks(name: string): string {
  return name.replaceAll("%2C", ",").replaceAll("%25", "%");
}
