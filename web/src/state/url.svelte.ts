/** The state of the page in its query string: a reload or a link to somebody else shows the same. */

import { SvelteMap } from "svelte/reactivity";
import { replaceable, readQuery, writeQuery, type PageQuery } from "./query";
import type { StepCursor } from "./cursor.svelte";
import type { RunSelection } from "./selection.svelte";
import type { Settings } from "./settings.svelte";
import { forget, handOn, takeOver } from "./unwritten";

const WRITE_DELAY_MS = 120;
/** A page that takes this long to be loaded anew is begun with the address that was there before. */
const LOADING_MS = 10_000;

interface Replaced {
  readonly href: string;
  readonly at: number;
}

export class PageUrl {
  readonly #settings: Settings;
  readonly #selection: RunSelection;
  readonly #cursor: StepCursor;

  /** Id of the view, null for the first that has data. */
  view = $state<string | null>(null);
  /** What views keep in the link, by a name of theirs: `tags` (the tag filter), `pin`, `image`, ... */
  readonly params = new SvelteMap<string, string>();

  #written = "";
  /** Addresses that were written over, and when. */
  #replaced: readonly Replaced[] = [];

  constructor(settings: Settings, selection: RunSelection, cursor: StepCursor) {
    this.#settings = settings;
    this.#selection = selection;
    this.#cursor = cursor;
  }

  param(name: string): string {
    return this.params.get(name) ?? "";
  }

  /** An empty value takes the parameter out of the link. */
  setParam(name: string, value: string): void {
    if (value === "") this.params.delete(name);
    else this.params.set(name, value);
  }

  /** Takes everything from a query string ("?view=…"); what it does not say stays as it is. */
  read(search: string): void {
    const query = readQuery(search);
    this.view = query.view;
    this.#selection.filter = query.filter;
    this.#selection.encoded = query.runs;
    this.#cursor.step = query.step;
    Object.assign(this.#settings, query.settings);
    this.params.clear();
    for (const [name, value] of query.params) this.params.set(name, value);
    this.#written = this.search;
  }

  get #query(): PageQuery {
    return {
      view: this.view,
      filter: this.#selection.filter,
      runs: this.#selection.encoded,
      step: this.#cursor.step,
      settings: this.#settings.stored,
      params: [...this.params],
    };
  }

  /** The query string of what is shown now; empty where all is as it comes. */
  get search(): string {
    return writeQuery(this.#query);
  }

  /** A link that shows somebody else what is shown now. */
  get link(): string {
    const { origin, pathname } = window.location;
    return `${origin}${pathname}${this.sharedSearch}`;
  }

  /** The query string of such a link. */
  get sharedSearch(): string {
    return writeQuery(this.#query, { shared: true });
  }

  /**
   * Writes changes to the address bar and follows the back button; call within an effect root.
   * `initial` is what an address without a query means.
   */
  follow(initial = ""): void {
    const left = takeOver();
    this.read(left ?? (window.location.search || initial));
    if (left !== null) this.#write(this.search, true);
    $effect(() => {
      const stop = new AbortController();
      const on = (target: EventTarget, name: string, handle: () => void) => target.addEventListener(name, handle, { signal: stop.signal });
      on(window, "popstate", () => this.read(window.location.search));
      // What waits to be written is written before the page goes, which may be for good.
      on(document, "visibilitychange", () => document.visibilityState === "hidden" && this.#catchUp());
      on(window, "pagehide", () => {
        this.#catchUp();
        const late = this.#recent().map(({ href }) => href);
        if (late.length > 0) handOn(this.search, late);
      });
      on(window, "pageshow", forget);
      return () => stop.abort();
    });
    $effect(() => {
      const search = this.search;
      if (search === this.#written) return;
      const replace = replaceable(this.#written, search);
      const timer = setTimeout(() => this.#write(search, replace), replace ? WRITE_DELAY_MS : 0);
      return () => clearTimeout(timer);
    });
  }

  #recent(): readonly Replaced[] {
    return this.#replaced.filter(({ at }) => at > Date.now() - LOADING_MS);
  }

  #catchUp(): void {
    const { search } = this;
    if (search !== this.#written) this.#write(search, replaceable(this.#written, search));
  }

  #write(search: string, replace: boolean): void {
    this.#written = search;
    const url = `${window.location.pathname}${search}${window.location.hash}`;
    this.#replaced = replace ? [...this.#recent(), { href: window.location.href, at: Date.now() }] : [];
    try {
      if (replace) window.history.replaceState(null, "", url);
      else window.history.pushState(null, "", url);
    } catch {
      // A browser that keeps pages on disk from changing their address: they show the same without it.
    }
  }
}
