/** Which runs are shown, and in which colour. A run is shown when it is chosen and passes the filter. */

import type { RunInfo } from "../api/source";
import type { LogState } from "./log.svelte";
import type { RunMarks } from "./marks.svelte";
import { assignColors, paletteColor } from "./runcolors";
import { compileRunFilter } from "./runfilter";
import type { RunNotesState } from "./runnotes.svelte";
import { ALL, AUTO, NONE, decodeRunSet, encodeRunSet, type RunSet } from "./runset";
import type { Settings } from "./settings.svelte";

/** As many runs are shown unasked; more lines in a chart say less. */
export const AUTO_LIMIT = 10;

/**
 * Half of the places go to the runs with the most in them, so that the main run of an experiment is there while its many
 * small ones are being written; the others to runs that are being written, the largest first, and then to the next.
 */
export function chooseRuns(runs: readonly RunInfo[], limit = AUTO_LIMIT): string[] {
  if (runs.length <= limit) return runs.map((run) => run.name);
  const bySize = [...runs].sort((a, b) => b.point_count - a.point_count || (b.last_wall_time ?? 0) - (a.last_wall_time ?? 0));
  const largest = bySize.splice(0, Math.floor(limit / 2));
  const others = bySize.sort((a, b) => Number(b.live) - Number(a.live)).slice(0, limit - largest.length);
  return [...largest, ...others].map((run) => run.name);
}

export class RunSelection {
  readonly #log: LogState;
  readonly #settings: Settings;
  readonly #marks: RunMarks;
  readonly #notes: RunNotesState;

  filter = $state("");
  /** One run shown alone for as long as it is set; the choice behind it is kept. */
  solo = $state<string | null>(null);
  #set = $state.raw<RunSet>(AUTO);
  /** A link's choice by hash, which has names only once the runs are known. */
  #pending = $state.raw<string | null>(null);

  /** What the page chose when the log had been read; later runs are added as they appear. */
  #settled: { filter: string; names: Set<string>; known: Set<string> } | null = null;
  #lastShown: readonly string[] = [];
  #places = new Map<string, number>();

  /** What else a run must pass to be listed: the filters over columns. */
  where = $state.raw<((run: string) => boolean) | null>(null);
  /** What gives runs one colour before any pattern does: the value of a column. */
  colorGroup = $state.raw<((run: string) => string | null) | null>(null);

  readonly #filter = $derived(compileRunFilter(this.filter));
  readonly filterError = $derived(this.#filter.error);

  /** Runs that are not in the trash, in natural order. */
  readonly listed = $derived.by<readonly RunInfo[]>(() => {
    const { trashed } = this.#marks;
    return trashed.size === 0 ? this.#log.runs : this.#log.runs.filter((run) => !trashed.has(run.name));
  });

  /** Listed runs that pass the filter, in natural order. */
  readonly matching = $derived.by<readonly RunInfo[]>(() => {
    const { empty, matches } = this.#filter;
    const named = empty ? this.listed : this.listed.filter((run) => matches(run.name, this.#notes.tagsOf(run.name)));
    const { where } = this;
    return where === null ? named : named.filter((run) => where(run.name));
  });

  readonly #auto = $derived.by<ReadonlySet<string>>(() => {
    const runs = this.matching;
    const settled = this.#settled;
    if (settled?.filter === this.filter) {
      for (const run of runs) {
        if (settled.known.has(run.name)) continue;
        settled.known.add(run.name);
        settled.names.add(run.name);
      }
      return new Set(settled.names);
    }
    const names = new Set(chooseRuns(runs));
    if (this.#log.state === "ready" && runs.length > 0) {
      this.#settled = { filter: this.filter, names: new Set(names), known: new Set(runs.map((run) => run.name)) };
    }
    return names;
  });

  /** The choice in force, as a set of names that are `all`'s exceptions or `only`'s members. */
  readonly set = $derived.by<RunSet>(() =>
    this.#pending === null ? this.#set : decodeRunSet(this.#pending, this.#log.runNames),
  );

  /** Names of the runs shown, in natural order. */
  readonly shown = $derived.by<readonly string[]>(() => {
    const now = this.#shownNow();
    // The lists are loaded anew with every change; what depends on the choice should hear of changes of the choice only.
    if (now.length !== this.#lastShown.length || now.some((run, index) => run !== this.#lastShown[index])) this.#lastShown = now;
    return this.#lastShown;
  });

  #shownNow(): readonly string[] {
    if (this.solo !== null) return this.listed.some((run) => run.name === this.solo) ? [this.solo] : [];
    const { mode, names } = this.set;
    const auto = mode === "auto" ? this.#auto : null;
    return this.matching
      .map((run) => run.name)
      .filter((run) => (auto ? auto.has(run) : names.has(run) === (mode === "only")));
  }

  readonly #shownSet = $derived<ReadonlySet<string>>(new Set(this.shown));

  /** True while the page, not the person, chose some of many runs. */
  readonly autoLimited = $derived(
    this.solo === null && this.set.mode === "auto" && this.shown.length < this.matching.length,
  );

  readonly #colorPlaces = $derived.by<ReadonlyMap<string, number>>(() => {
    const places = assignColors(this.#log.runs, this.#places);
    if (this.#log.state === "ready") {
      for (const run of this.#log.runs) {
        if (run.first_wall_time !== null) this.#places.set(run.name, places.get(run.name)!);
      }
    }
    return places;
  });

  /** Places by what the pattern of colours captures, in the order of the first run of each. */
  readonly #groupPlaces = $derived.by<ReadonlyMap<string, number>>(() => {
    const places = new Map<string, number>();
    for (const run of this.#log.runs) {
      const group = this.#group(run.name);
      if (group !== null && !places.has(group)) places.set(group, places.size);
    }
    return places;
  });

  constructor(log: LogState, settings: Settings, marks: RunMarks, notes: RunNotesState) {
    this.#log = log;
    this.#settings = settings;
    this.#marks = marks;
    this.#notes = notes;
  }

  isShown(run: string): boolean {
    return this.#shownSet.has(run);
  }

  /** The colour of a run in the theme that is on, as #rrggbb: the one it was given, that of its pattern, or its own. */
  color(run: string): string {
    const given = this.#marks.colors.get(run);
    if (given !== undefined) return given;
    const group = this.#group(run);
    const place = group === null ? this.#colorPlaces.get(run) : this.#groupPlaces.get(group);
    return paletteColor(place ?? 0, this.#settings.resolvedTheme);
  }

  #group(run: string): string | null {
    return this.colorGroup === null ? this.#marks.colorGroup(run) : this.colorGroup(run);
  }

  toggle(run: string): void {
    this.show([run], !this.isShown(run));
  }

  /** Shows or hides some runs and leaves the others as they are. */
  show(runs: readonly string[], shown: boolean): void {
    const { mode, names } = this.#explicit();
    const next = new Set(names);
    for (const run of runs) {
      if (shown === (mode === "only")) next.add(run);
      else next.delete(run);
    }
    this.#choose({ mode, names: next });
  }

  only(runs: readonly string[]): void {
    this.#choose({ mode: "only", names: new Set(runs) });
  }

  /** Shows one run alone; asked again for the same run, what was shown before comes back. */
  toggleSolo(run: string): void {
    this.solo = this.solo === run ? null : run;
  }

  /** The choice as it is, to come back to by calling what it returns. */
  remember(): () => void {
    const { solo } = this;
    const set = this.#set;
    const pending = this.#pending;
    return () => {
      this.solo = solo;
      this.#set = set;
      this.#pending = pending;
    };
  }

  /** All runs that pass the filter; without a filter also those to come. */
  showAll(): void {
    if (this.#filter.empty && this.where === null) this.#choose(ALL);
    else this.show(this.matching.map((run) => run.name), true);
  }

  showNone(): void {
    if (this.#filter.empty && this.where === null) this.#choose(NONE);
    else this.show(this.matching.map((run) => run.name), false);
  }

  /** Back to the page's own choice. */
  showAuto(): void {
    this.#choose(AUTO);
  }

  /** The choice as it stands in a link; null for the page's own. */
  get encoded(): string | null {
    return this.solo === null ? encodeRunSet(this.set) : encodeRunSet({ mode: "only", names: new Set([this.solo]) });
  }

  set encoded(text: string | null) {
    this.solo = null;
    this.#pending = text;
  }

  #choose(set: RunSet): void {
    this.solo = null;
    this.#pending = null;
    this.#set = set;
  }

  /** The choice in force as `all` or `only`, so that single runs can be added or taken away. */
  #explicit(): RunSet {
    if (this.solo !== null) return { mode: "only", names: new Set([this.solo]) };
    if (this.set.mode !== "auto") return this.set;
    return this.autoLimited ? { mode: "only", names: new Set(this.shown) } : ALL;
  }
}
