/** The columns beside the runs: hyperparameters, metrics and facts, their values, and the filters over them. */

import { SvelteSet } from "svelte/reactivity";
import { SourceError, type RunMetricsAnswer } from "../api/source";
import { readNumber, type HParam } from "../lib/hparam";
import type { RunHParams } from "./hparams.svelte";
import type { LogState } from "./log.svelte";
import { COLUMN_WIDTH, compareBy, keyOfColumn, parseColumns, parseFilters, passes, subjectOf, writeColumns, writeFilters, type ColumnFilter, type ColumnSubject, type RunColumn } from "./runcolumns";
import type { Settings } from "./settings.svelte";
import type { PageUrl } from "./url.svelte";

/** Between two loads of metrics while the log grows. */
const LIVE_WAIT_MS = 1500;
/** As many as the server answers at once. */
const MOST_METRICS = 64;

export class RunColumns {
  readonly #log: LogState;
  readonly #hparams: RunHParams;
  readonly #settings: Settings;
  readonly #url: PageUrl;

  /** Values of metric columns by key, then by run. */
  #metrics = $state.raw<ReadonlyMap<string, ReadonlyMap<string, number>>>(new Map());
  #loaded = "";
  #loading = false;
  #lastLoad = -Infinity;
  /** Parts of the page that need values of a column that is not shown (a colour, a list to choose from). */
  readonly #asked = new SvelteSet<string>();

  readonly columns = $derived.by<readonly RunColumn[]>(() => parseColumns(this.#settings.runColumns));
  readonly filters = $derived.by<ReadonlyMap<string, ColumnFilter>>(() => parseFilters(this.#url.param("where")));
  /** Key of the column that runs are sorted by, and which end stands first; null where it is none. */
  readonly sort = $derived.by<{ readonly key: string; readonly descending: boolean } | null>(() => {
    const text = this.#settings.runSort === "column" ? this.#settings.runSortColumn : "";
    const key = text.replace(/^-/, "");
    return key === "" || subjectOf(key) === null ? null : { key, descending: text.startsWith("-") };
  });
  readonly #needed = $derived(new Set([...this.columns.map(({ key }) => key), ...this.filters.keys(), ...(this.sort ? [this.sort.key] : []), ...this.#asked]));
  readonly #metricKeys = $derived([...this.#needed].filter((key) => subjectOf(key)?.kind === "metric").slice(0, MOST_METRICS));

  /** Whether a run passes every filter; null where there is none. */
  readonly predicate = $derived.by<((run: string) => boolean) | null>(() => {
    const filters = [...this.filters];
    return filters.length === 0 ? null : (run) => filters.every(([key, filter]) => passes(this.value(run, key), filter));
  });

  constructor(log: LogState, hparams: RunHParams, settings: Settings, url: PageUrl) {
    this.#log = log;
    this.#hparams = hparams;
    this.#settings = settings;
    this.#url = url;
  }

  /** Undefined where the run has no such value, or it is not loaded yet. */
  value(run: string, key: string): HParam | undefined {
    const subject = subjectOf(key);
    if (subject === null) return undefined;
    if (subject.kind === "hparam") return this.#hparams.of(run)?.hparams.get(subject.name);
    if (subject.kind === "metric") return this.#metrics.get(key)?.get(run);
    const info = this.#log.run(run);
    if (!info) return undefined;
    if (subject.name === "step") return info.last_step ?? undefined;
    if (subject.name === "written") return info.last_wall_time ?? undefined;
    if (subject.name === "began") return info.first_wall_time ?? undefined;
    if (subject.name === "points") return info.point_count;
    return info.first_wall_time === null || info.last_wall_time === null ? undefined : info.last_wall_time - info.first_wall_time;
  }

  /** Order of two runs where a column is sorted by; 0 where none is. */
  compare(a: string, b: string): number {
    const { sort } = this;
    return sort === null ? 0 : compareBy(this.value(a, sort.key), this.value(b, sort.key), sort.descending);
  }

  has(subject: ColumnSubject): boolean {
    return this.columns.some(({ key }) => key === keyOfColumn(subject));
  }

  add(subject: ColumnSubject): void {
    if (!this.has(subject)) this.#write([...this.columns, { ...subject, key: keyOfColumn(subject), width: widthFor(subject.name) }]);
  }

  /** A filter over a column that nobody sees would be a riddle: it goes too. */
  remove(key: string): void {
    this.#write(this.columns.filter((column) => column.key !== key));
    this.filter(key, null);
    if (this.sort?.key === key) this.#settings.runSort = "name";
  }

  resize(key: string, width: number): void {
    const wide = Math.min(COLUMN_WIDTH.most, Math.max(COLUMN_WIDTH.least, Math.round(width)));
    this.#write(this.columns.map((column) => (column.key === key ? { ...column, width: wide } : column)));
  }

  /** Puts a column before the one that stands at `place` now. */
  move(key: string, place: number): void {
    const from = this.columns.findIndex((column) => column.key === key);
    const moved = this.columns[from];
    if (!moved || place < 0 || place > this.columns.length) return;
    const others = this.columns.filter((column) => column !== moved);
    others.splice(place > from ? place - 1 : place, 0, moved);
    this.#write(others);
  }

  filter(key: string, filter: ColumnFilter | null): void {
    const filters = new Map(this.filters);
    if (filter === null) filters.delete(key);
    else filters.set(key, filter);
    this.#url.setParam("where", writeFilters(filters));
  }

  sortBy(key: string, descending: boolean): void {
    this.#settings.runSort = "column";
    this.#settings.runSortColumn = `${descending ? "-" : ""}${key}`;
  }

  /** Once for the order, again for the other end first, and a third time for the order of names. */
  toggleSort(key: string): void {
    if (this.sort?.key !== key) this.sortBy(key, false);
    else if (!this.sort.descending) this.sortBy(key, true);
    else this.#settings.runSort = "name";
  }

  /** Has the values of a column loaded until the function it returns is called. */
  want(key: string): () => void {
    this.#asked.add(key);
    return () => void this.#asked.delete(key);
  }

  /** Loads what is needed; call within an effect root. */
  keep(): void {
    const wanted = $derived([...this.#needed].some((key) => key.startsWith("hparam:")));
    $effect(() => (wanted ? this.#hparams.want("runs panel") : undefined));
    let again = $state(0);
    $effect(() => {
      void again;
      const keys = this.#metricKeys;
      const now = JSON.stringify([keys, this.#log.revision]);
      if (keys.length === 0 || this.#loading || now === this.#loaded || !this.#log.loaded) return;
      const others = keys.some((key) => !this.#metrics.has(key));
      const timer = setTimeout(() => void this.#load(keys, now).then(() => again++), others ? 0 : Math.max(0, this.#lastLoad + LIVE_WAIT_MS - performance.now()));
      return () => clearTimeout(timer);
    });
  }

  async #load(keys: readonly string[], now: string): Promise<void> {
    this.#loading = true;
    this.#lastLoad = performance.now();
    const subjects = keys.map((key) => subjectOf(key)).filter((subject) => subject?.kind === "metric");
    try {
      const metrics = subjects.map(({ name, statistic }) => ({ tag: name, statistic }));
      this.#metrics = readAnswer(keys, await this.#log.source.runMetrics({ metrics, runs: [...this.#log.runNames] }));
    } catch (error) {
      // The columns stay as they were; a server that is away is told of in one place.
      if (!(error instanceof SourceError)) throw error;
    } finally {
      this.#loaded = now;
      this.#loading = false;
    }
  }

  #write(columns: readonly RunColumn[]): void {
    this.#settings.runColumns = writeColumns(columns);
  }
}

/** So that the head can be read, where it is not long. */
function widthFor(name: string): number {
  return Math.min(150, Math.max(COLUMN_WIDTH.initial, Math.round(name.length * 6.4 + 40)));
}

function readAnswer(keys: readonly string[], answer: RunMetricsAnswer): Map<string, ReadonlyMap<string, number>> {
  return new Map(
    keys.map((key, at) => {
      const values = answer.metrics[at]?.values ?? [];
      return [key, new Map(answer.runs.flatMap((run, row) => (values[row] == null ? [] : [[run, readNumber(values[row])] as const])))];
    }),
  );
}
