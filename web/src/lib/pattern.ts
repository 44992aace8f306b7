/**
 * Regular expressions that people write, links carry and logs lay out. The browser's engine goes back and tries again: an expression in which
 * one stretch of text can be taken in very many ways never ends on some name, and the page with it. Such expressions are refused, with words
 * (docs/design/0009-patterns.md).
 */

export interface CompiledPattern {
  /** Null where there is an error. */
  readonly pattern: RegExp | null;
  readonly error: string | null;
  /** What of a text is looked at: all of it, or its beginning where the expression repeats more than once. */
  readonly looked: (text: string) => string;
}

/** How much of a text is looked at, by how many repetitions there are: the time grows with a power of it. */
const LONGEST_TEXTS: readonly number[] = [Infinity, Infinity, 20_000, 2_000];
export const LONGEST_TEXT = 1000;
const MOST_REPETITIONS = 6;
const MOST_SIDE_BY_SIDE = 2;
/** As many times or more is as good as any number of times. */
const MANY = 12;

export function compilePattern(source: string, flags = "i"): CompiledPattern {
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, flags);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^.*: /, "") : String(cause);
    return { pattern: null, error: `Not a regular expression: ${reason}`, looked: (text) => text };
  }
  const reader = new Reader(source);
  const danger = dangerOf(reader);
  const most = LONGEST_TEXTS[reader.repetitions] ?? LONGEST_TEXT;
  const looked = (text: string) => (text.length > most ? text.slice(0, most) : text);
  return danger === null ? { pattern, error: null, looked } : { pattern: null, error: `Could take for ever: ${danger}`, looked };
}

interface Part {
  /** Can take any number of characters. */
  readonly repeats: boolean;
  /** How many parts of it may be there or not. */
  readonly optional: number;
  /** A choice whose ways may begin alike. */
  readonly ambiguous: boolean;
  readonly refers: boolean;
  /** What it begins with, where that is one plain character. */
  readonly first: string | null;
}

const PLAIN: Part = { repeats: false, optional: 0, ambiguous: false, refers: false, first: null };

/** What makes a valid expression dangerous; null where nothing does. */
export function dangerIn(source: string): string | null {
  return dangerOf(new Reader(source));
}

function dangerOf(reader: Reader): string | null {
  reader.choice();
  if (reader.danger !== null) return reader.danger;
  return reader.repetitions > MOST_REPETITIONS ? `${reader.repetitions} repetitions, ${MOST_REPETITIONS} at most` : null;
}

class Reader {
  readonly #text: string;
  #at = 0;
  danger: string | null = null;
  repetitions = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Up to a closing bracket or the end. */
  choice(): Part {
    const ways = [this.#sequence()];
    while (this.#text[this.#at] === "|") {
      this.#at += 1;
      ways.push(this.#sequence());
    }
    const firsts = ways.map(({ first }) => first?.toLowerCase() ?? null);
    const apart = !firsts.includes(null) && new Set(firsts).size === firsts.length;
    return {
      repeats: ways.some(({ repeats }) => repeats),
      optional: Math.max(...ways.map(({ optional }) => optional)),
      ambiguous: ways.some(({ ambiguous }) => ambiguous) || (ways.length > 1 && !apart),
      refers: ways.some(({ refers }) => refers),
      first: ways.length === 1 ? (ways[0]?.first ?? null) : null,
    };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    let sideBySide = 0;
    while (this.#at < this.#text.length && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      const inner = this.#atom();
      const [least, most] = this.#quantifier();
      const many = most >= MANY;
      if (many) {
        this.repetitions += 1;
        if (inner.repeats) this.danger ??= "a repetition within a repetition, as in (a+)+";
        else if (inner.ambiguous) this.danger ??= "a repeated choice whose ways may begin alike, as in (a|ab)*; write [ab] or let each begin with another character";
        else if (inner.optional > 1 || (inner.optional > 0 && inner.refers)) this.danger ??= "a repetition of parts that may all be missing, as in (a?a?)*";
        else if (inner.refers) this.danger ??= "a repeated reference to what was matched before";
      }
      sideBySide = many || inner.repeats ? sideBySide + 1 : least > 0 ? 0 : sideBySide;
      if (sideBySide > MOST_SIDE_BY_SIDE) this.danger ??= "more than two repetitions side by side, as in .*.*.*";
      parts.push({ ...inner, repeats: inner.repeats || many, optional: inner.optional + (least === 0 && !many ? 1 : 0), first: least > 0 ? inner.first : null });
    }
    return {
      repeats: parts.some(({ repeats }) => repeats),
      optional: parts.reduce((sum, { optional }) => sum + optional, 0),
      ambiguous: parts.some(({ ambiguous }) => ambiguous),
      refers: parts.some(({ refers }) => refers),
      first: parts[0]?.first ?? null,
    };
  }

  #atom(): Part {
    const character = this.#text[this.#at] as string;
    this.#at += 1;
    if (character === "(") {
      const kind = /^\?(?:<?[=!]|:|<[^>]*>|[a-z-]*:)/.exec(this.#text.slice(this.#at));
      this.#at += kind?.[0].length ?? 0;
      const inside = this.choice();
      this.#at += 1;
      return inside;
    }
    if (character === "[") {
      while (this.#at < this.#text.length && this.#text[this.#at] !== "]") this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
      this.#at += 1;
      return PLAIN;
    }
    if (character === "\\") {
      const escaped = this.#text[this.#at] ?? "";
      this.#at += 1;
      if (escaped === "k") this.#at = Math.max(this.#at, this.#text.indexOf(">", this.#at) + 1);
      if (/[1-9k]/.test(escaped)) return { ...PLAIN, refers: true };
      return /[^\p{L}\p{N}]/u.test(escaped) ? { ...PLAIN, first: escaped } : PLAIN;
    }
    return /[.^$]/.test(character) ? PLAIN : { ...PLAIN, first: character };
  }

  #quantifier(): readonly [least: number, most: number] {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#text.slice(this.#at));
    if (!found) return [1, 1];
    this.#at += found[0].length;
    if (found[0].startsWith("*")) return [0, Infinity];
    if (found[0].startsWith("+")) return [1, Infinity];
    if (found[0].startsWith("?")) return [0, 1];
    const least = Number(found[1]);
    return [least, found[2] === undefined ? least : found[3] === "" ? Infinity : Number(found[3])];
  }
}
