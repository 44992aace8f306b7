/** Texts laid out as Markdown, off the page's thread, each once. */

import type { Laid, Piece } from "./markdown";
import { TimedWorker } from "./timedworker";

export interface Layout extends Laid {
  /** HTML of each piece, not cleaned; null where it stays as it was typed. */
  readonly rendered: readonly (string | null)[];
}

/** A layout, or why there is none. */
export type Outcome = Layout | "slow" | "deep";

/** Longer than any text takes that a person wrote; a text made to take for ever ends here. */
const MOST_MS = 3_000;
/** Layouts that are kept. */
const KEPT = 400;

/** Words or a number, short: Markdown makes a paragraph of them. Tables hold thousands, and a worker takes each for itself. */
const PLAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N} ]{0,200}[\p{L}\p{N}])?|-?\d{1,20}\.\d{1,20}(?:e[+-]?\d{1,4})?)$/iu;

function plain(text: string): Layout | null {
  return PLAIN.test(text) ? { html: `<p>${text}</p>\n`, pieces: [], length: text.length, rendered: [] } : null;
}

type Asks<Asked, Answer> = Pick<TimedWorker<Asked, Answer>, "ask">;

export class Layouts {
  readonly #texts: Asks<string, Laid | "deep">;
  readonly #pieces: Asks<readonly Piece[], (string | null)[]>;
  readonly #known = new Map<string, Outcome>();

  constructor(texts: Asks<string, Laid | "deep">, pieces: Asks<readonly Piece[], (string | null)[]>) {
    this.#texts = texts;
    this.#pieces = pieces;
  }

  /** What a text came to, where that is known already. */
  known(text: string): Outcome | null {
    return plain(text) ?? this.#known.get(text) ?? null;
  }

  async layOut(text: string): Promise<Outcome> {
    const simple = plain(text);
    if (simple) return simple;
    const outcome = this.known(text) ?? (await this.#work(text));
    this.#known.delete(text);
    this.#known.set(text, outcome);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value as string);
    return outcome;
  }

  async #work(text: string): Promise<Outcome> {
    const laid = (await this.#texts.ask(text)) ?? "slow";
    if (typeof laid === "string") return laid;
    const rendered = laid.pieces.length > 0 ? await this.#pieces.ask(laid.pieces) : [];
    return { ...laid, rendered: rendered ?? [] };
  }
}

/** Those of the page. Both workers start where a text needs them, and code and formulas come with the second. */
export const layouts = new Layouts(
  new TimedWorker(() => new Worker(new URL("./markdown.worker.ts", import.meta.url)), MOST_MS),
  new TimedWorker(() => new Worker(new URL("./pieces.worker.ts", import.meta.url)), MOST_MS),
);
