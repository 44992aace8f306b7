/** Arrangements of cards that a person saved under a name, and charts made in the page: kept in this browser for each log directory. */

import { SvelteMap } from "svelte/reactivity";
import { membersOf, parseJson } from "../lib/json";
import { keepForLog } from "./kept.svelte";
import type { LogState } from "./log.svelte";

const KEY = "glassboard.layouts.1:";

/** What a layout says, as the parameters of a link say it. */
export type LayoutParams = Readonly<Record<string, string>>;

interface Kept {
  named: Record<string, LayoutParams>;
  /** The layout with which an empty link opens. */
  current: string;
  /** Charts made in Custom Scalars, as JSON. */
  charts: string;
}

function paramsOf(value: unknown): LayoutParams | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** What makes sense of a kept text; an older page or another program may have written it. */
export function parseKept(text: string | null): Kept {
  const { named, current, charts } = membersOf(parseJson(text));
  const layouts = Object.fromEntries(Object.entries(membersOf(named)).flatMap(([name, value]) => { const params = paramsOf(value); return params && name !== "" ? [[name, params] as const] : []; }));
  return {
    named: layouts,
    current: typeof current === "string" && current in layouts ? current : "",
    charts: typeof charts === "string" ? charts : "",
  };
}

export class KeptLayouts {
  readonly #log: LogState;
  readonly #storage: Storage | null;
  readonly #plainLink: boolean;
  #opened = false;

  readonly named = new SvelteMap<string, LayoutParams>();
  current = $state("");
  charts = $state("");
  /** What was kept for this log is read. */
  ready = $state(false);

  /** `search` is the query string that the page was opened with. */
  constructor(log: LogState, storage: Storage | null, search: string) {
    this.#log = log;
    this.#storage = storage;
    // A link that says more than where to look shows what it says, to whoever opens it.
    this.#plainLink = [...new URLSearchParams(search).keys()].every((name) => name === "token" || name === "view");
  }

  save(name: string, params: LayoutParams): void {
    this.named.set(name, params);
    this.current = name;
  }

  remove(name: string): void {
    this.named.delete(name);
    if (this.current === name) this.current = "";
  }

  rename(from: string, to: string): void {
    const params = this.named.get(from);
    if (!params || to === "" || this.named.has(to)) return;
    this.named.delete(from);
    this.named.set(to, params);
    if (this.current === from) this.current = to;
  }

  /** The layout that the page opens with: once, and only where the link said nothing. */
  opening(): LayoutParams | null {
    if (!this.ready || this.#opened) return null;
    this.#opened = true;
    return this.#plainLink ? (this.named.get(this.current) ?? null) : null;
  }

  /** Reads what was kept for this log, then keeps every change; call within an effect root. */
  keep(): void {
    keepForLog(this.#log, this.#storage, {
      key: KEY,
      read: (text) => {
        const { named, current, charts } = parseKept(text);
        for (const [name, params] of Object.entries(named)) this.named.set(name, params);
        this.current = current;
        this.charts = charts;
        this.ready = true;
      },
      content: () => {
        const kept: Kept = { named: Object.fromEntries(this.named), current: this.current, charts: this.charts };
        return this.named.size === 0 && kept.charts === "" ? null : kept;
      },
    });
  }
}
