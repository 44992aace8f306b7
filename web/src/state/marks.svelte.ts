/** What a person did to the runs of one log: pins, colours, the trash. Kept in this browser; files are never touched. */

import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { membersOf, parseJson } from "../lib/json";
import { compilePattern, type CompiledPattern } from "../lib/pattern";
import { keepForLog } from "./kept.svelte";
import type { LogState } from "./log.svelte";

const KEY = "glassboard.runs.1:";

interface Kept {
  pinned: string[];
  trashed: string[];
  colors: Record<string, string>;
  colorPattern: string;
  colorColumn: string;
}

const COLOR = /^#[0-9a-f]{6}$/i;

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);

/** What makes sense of a kept text; an older page or another program may have written it. */
export function parseMarks(text: string | null): Kept {
  const { pinned, trashed, colors, colorPattern, colorColumn } = membersOf(parseJson(text));
  return {
    pinned: strings(pinned),
    trashed: strings(trashed),
    colors: Object.fromEntries(Object.entries(membersOf(colors)).filter((entry): entry is [string, string] => typeof entry[1] === "string" && COLOR.test(entry[1]))),
    colorPattern: typeof colorPattern === "string" ? colorPattern : "",
    colorColumn: typeof colorColumn === "string" ? colorColumn : "",
  };
}

export class RunMarks {
  readonly #log: LogState;
  readonly #storage: Storage | null;

  readonly pinned = new SvelteSet<string>();
  /** Runs that are neither listed nor shown. */
  readonly trashed = new SvelteSet<string>();
  /** As #rrggbb, the same in both themes. */
  readonly colors = new SvelteMap<string, string>();
  /** A regular expression: runs in which it captures the same have one colour. Empty: each has its own. */
  colorPattern = $state("");
  /** Key of a column: runs that have one value in it have one colour. It goes before the pattern; empty: none. */
  colorColumn = $state("");
  /** The last runs put into the trash, until that is no longer news. */
  justTrashed = $state.raw<readonly string[]>([]);

  readonly #pattern = $derived.by<CompiledPattern>(() => compilePattern(this.colorPattern));

  readonly patternError = $derived.by<string | null>(() => this.#pattern.error);

  constructor(log: LogState, storage: Storage | null) {
    this.#log = log;
    this.#storage = storage;
  }

  /** What the pattern captures of a name (without a group, what it matches); null where it says nothing. */
  colorGroup(run: string): string | null {
    const { pattern, looked } = this.#pattern;
    if (this.colorPattern === "" || pattern === null) return null;
    const found = pattern.exec(looked(run));
    if (!found) return null;
    return found.length > 1 ? found.slice(1).join("\n") : found[0];
  }

  togglePin(run: string): void {
    if (!this.pinned.delete(run)) this.pinned.add(run);
  }

  setColor(run: string, color: string | null): void {
    if (color === null) this.colors.delete(run);
    else if (COLOR.test(color)) this.colors.set(run, color.toLowerCase());
  }

  trash(runs: readonly string[]): void {
    for (const run of runs) this.trashed.add(run);
    this.justTrashed = runs;
  }

  restore(runs: readonly string[]): void {
    for (const run of runs) this.trashed.delete(run);
    if (runs.some((run) => this.justTrashed.includes(run))) this.justTrashed = [];
  }

  /** Takes every mark of this log away. */
  forget(): void {
    this.pinned.clear();
    this.trashed.clear();
    this.colors.clear();
    this.colorPattern = "";
    this.colorColumn = "";
    this.justTrashed = [];
  }

  /** Reads what was kept for this log, then keeps every change; call within an effect root. */
  keep(): void {
    keepForLog(this.#log, this.#storage, {
      key: KEY,
      read: (text) => {
        const { pinned, trashed, colors, colorPattern, colorColumn } = parseMarks(text);
        for (const run of pinned) this.pinned.add(run);
        for (const run of trashed) this.trashed.add(run);
        for (const [run, color] of Object.entries(colors)) this.colors.set(run, color);
        if (colorPattern) this.colorPattern = colorPattern;
        if (colorColumn) this.colorColumn = colorColumn;
      },
      content: () => {
        const kept: Kept = {
          pinned: [...this.pinned],
          trashed: [...this.trashed],
          colors: Object.fromEntries(this.colors),
          colorPattern: this.colorPattern,
          colorColumn: this.colorColumn,
        };
        const empty = kept.pinned.length + kept.trashed.length + this.colors.size === 0 && kept.colorPattern === "" && kept.colorColumn === "";
        return empty ? null : kept;
      },
    });
  }
}
