/** What the HParams view shows: its columns, which runs pass, which are brushed, and how they are coloured. */

import { untrack } from "svelte";
import type { ImportanceRequest, MetricQuestion } from "../../api/source";
import type { PageState } from "../../state/context";
import { lessIsBetter, pickMetric } from "../../state/metric";
import { DARK_COLORS, LIGHT_COLORS } from "../../state/runcolors";
import { formatDuration, formatValue, formatWallTime } from "../../lib/format";
import { formatHParam } from "../../lib/hparam";
import { hparamKey, infoKey, INFO_NAMES, metricKey, metricName, questionOf, readColumn, statisticName, type Column, type MetricChoice, type StatisticKind } from "./columns";
import { colorBy, type Coloring } from "./colors";
import { asks, type Cell, type Condition } from "./conditions";
import { EMPTY, keepParts, readLink, writeLink, type HParamsLink } from "./link";
import { MetricColumns } from "./metrics.svelte";
import { isNumeric, makeScale, naturalScale, type AxisScale, type ScaleKind } from "./scales";
import { bestRow, brushed, grouped, passing, sorted, type Table } from "./table";

/** As many columns of hyperparameters are shown unasked; others are chosen. */
const MOST_HPARAMS = 10;
const MOST_METRICS = 3;
/** Axes that keep apart on a laptop's screen. */
export const MOST_AXES = 10;

/** A brush that has not moved for so long rests. */
const REST_MS = 100;

const NO_CELLS: readonly Cell[] = [];

export class HParamsBoard {
  readonly page: PageState;
  readonly metrics: MetricColumns;

  /** Row under the pointer and row that was chosen, by key. */
  hover = $state<string | null>(null);
  chosen = $state<string | null>(null);
  /** The filter or brush whose dialog is open. */
  editing = $state<{ where: "filters" | "brushes"; key: string } | null>(null);
  dialog = $state<"columns" | null>(null);
  #isBrushing = $state(false);
  #held = $state.raw<{ readonly table: Table; readonly listed: readonly number[] } | null>(null);

  readonly link = $derived.by(() => (this.#lastLink = keepParts(readLink(this.page.url.param("hparams")), this.#lastLink)));
  #lastLink = EMPTY;
  // The link is read anew with every move of a brush; what costs much hears only of its own part.
  readonly #all = $derived(this.link.all);
  readonly #columns = $derived(this.link.columns);
  readonly #color = $derived(this.link.color);
  readonly #sort = $derived(this.link.sort);
  readonly #filters = $derived(this.link.filters);
  readonly #excluded = $derived(this.link.excluded);
  readonly #brushes = $derived(this.link.brushes);
  readonly #scales = $derived(this.link.scales);
  readonly #flipped = $derived(this.link.flipped);
  readonly #group = $derived(this.link.group);
  readonly #aggregate = $derived(this.link.aggregate);
  readonly #metric = $derived(this.link.metric);
  readonly #rank = $derived(this.link.rank);

  /** Runs that are rows, in natural order. */
  readonly runs = $derived.by<readonly string[]>(() => {
    const { hparams, selection } = this.page;
    const now = selection.matching.map((run) => run.name).filter((run) => this.#all || hparams.of(run) !== undefined);
    if (now.length !== this.#lastRuns.length || now.some((run, index) => run !== this.#lastRuns[index])) this.#lastRuns = now;
    return this.#lastRuns;
  });
  #lastRuns: readonly string[] = [];

  /** What runs may be judged by. */
  readonly metricInfos = $derived.by(() => this.page.hparams.metrics.filter((info) => info.run_count > 0));

  /** The metric that everything is judged by; null where there is none. */
  readonly target = $derived.by<MetricChoice | null>(() => {
    const named = this.#metric === null ? null : readColumn(this.#metric);
    if (named?.kind === "metric") return named.metric;
    return this.#defaultMetrics[0] ?? null;
  });

  readonly #defaultMetrics = $derived.by<MetricChoice[]>(() => {
    const declared = this.metricInfos.filter((info) => info.declared);
    const choice = (info: { tag: string; group: string }): MetricChoice => ({ tag: info.tag, group: info.group, statistic: "best", number: 0 });
    const best = pickMetric((declared.length > 0 ? declared : this.metricInfos).map((info) => ({ tag: metricName(info), runs: { length: info.run_count } as readonly unknown[] })));
    const first = this.metricInfos.find((info) => metricName(info) === best);
    const rest = (declared.length > 0 ? declared : []).filter((info) => info !== first);
    return [...(first ? [first] : []), ...rest].slice(0, MOST_METRICS).map(choice);
  });

  /** The page's own choice of columns: what differs between runs first. */
  readonly defaultKeys = $derived.by<readonly string[]>(() => {
    const { names, sessions } = this.page.hparams;
    const differs = (name: string): boolean => new Set(sessions.map((session) => session.hparams.get(name))).size > 1;
    const varied = names.filter(differs);
    const hparams = (varied.length > 0 ? varied : names).slice(0, MOST_HPARAMS).map(hparamKey);
    const target = this.target ? [metricKey(this.target)] : [];
    const metrics = this.#defaultMetrics.map((metric) => metricKey({ ...metric, statistic: this.target?.statistic ?? "best", number: this.target?.number ?? 0 }));
    return [...new Set([...hparams, ...target, ...metrics, infoKey("time")])];
  });

  readonly columns = $derived.by<readonly Column[]>(() => (this.#columns ?? this.defaultKeys).flatMap((key) => readColumn(key) ?? []));

  /** Every column that there is to choose, beside those shown. */
  readonly choices = $derived.by<readonly Column[]>(() => {
    const hparams = this.page.hparams.names.map((name): Column => ({ kind: "hparam", key: hparamKey(name), name }));
    const metrics = this.metricInfos.map(({ tag, group }): Column => {
      const metric: MetricChoice = { tag, group, statistic: this.target?.statistic ?? "best", number: this.target?.number ?? 0 };
      return { kind: "metric", key: metricKey(metric), metric };
    });
    const infos = (Object.keys(INFO_NAMES) as (keyof typeof INFO_NAMES)[]).map((name): Column => ({ kind: "info", key: infoKey(name), name }));
    return [...hparams, ...metrics, ...infos];
  });

  /** Columns that something on the page needs; one text, so that a brush that only moves asks for nothing again. */
  readonly #asked = $derived.by(() => {
    const named = [this.#color, this.#sort?.key, ...Object.keys(this.#filters), ...Object.keys(this.#brushes), ...this.#excluded.flatMap((each) => Object.keys(each))];
    return JSON.stringify([...new Set([...this.columns.map((column) => column.key), ...named])]);
  });
  /** Metrics that something on the page needs. */
  readonly #questions = $derived.by<ReadonlyMap<string, MetricQuestion>>(() => {
    const found = new Map<string, MetricQuestion>();
    for (const key of JSON.parse(this.#asked) as (string | null)[]) {
      const column = key === null ? null : readColumn(key);
      if (column?.kind === "metric") found.set(column.key, questionOf(column.metric, this.isLess(column.metric)));
    }
    if (this.target) found.set(metricKey(this.target), questionOf(this.target, this.isLess(this.target)));
    return found;
  });

  readonly #base = $derived.by<Table>(() => {
    const { hparams } = this.page;
    const runs = this.runs;
    // Read here: cells are asked for later, outside of what this is derived from.
    const { loaded: columns } = this.metrics;
    const rows = runs.map((run, index) => ({ key: run, runs: [run], members: [index] }));
    const made = new Map<string, readonly Cell[]>();
    const positions = this.metrics.runs === runs ? null : new Map(this.metrics.runs.map((run, index) => [run, index]));
    const cells = (key: string): readonly Cell[] => {
      const column = readColumn(key);
      if (column?.kind === "hparam") return runs.map((run) => hparams.of(run)?.hparams.get(column.name));
      if (column?.kind === "info") return runs.map((run) => this.#info(run, column.name));
      const loaded = columns.get(key);
      if (!loaded) return NO_CELLS;
      return positions === null ? loaded.values : runs.map((run) => loaded.values[positions.get(run) ?? -1]);
    };
    return { rows, cells: (key) => made.get(key) ?? (made.set(key, cells(key)), made.get(key)!) };
  });

  readonly table = $derived.by<Table>(() => {
    const [group, aggregate] = [this.#group, this.#aggregate];
    if (group === "") return this.#base;
    const { hparams } = this.page;
    const nameOf = (row: number): string => {
      const session = hparams.of(this.runs[row]!);
      if (group === "session") return session?.group || this.runs[row]!;
      const named = (names: readonly string[]): string => names.map((name) => `${name}=${formatHParam(session?.hparams.get(name)) || "undefined"}`).join(", ");
      if (group === "hparams") return named(hparams.names.filter((name) => !/^(seed|random_?state|random seed|trial|run|fold)$/i.test(name)));
      return named([group.slice(2)]);
    };
    const averaged = (key: string): boolean => !key.startsWith("h:");
    return grouped(this.#base, nameOf, averaged, aggregate);
  });

  readonly #scaleCache = $derived.by(() => ({ table: this.table, loaded: this.metrics.loaded, scales: this.#scales, made: new Map<string, AxisScale>() }));

  readonly filters = $derived(new Map(Object.entries(this.#filters)));
  readonly brushes = $derived(new Map(Object.entries(this.#brushes).filter(([, condition]) => asks(condition))));

  /** Rows that pass the filters, in the order of runs. */
  readonly rows = $derived.by<readonly number[]>(() => passing(this.table, this.filters, this.#excluded.map((each) => new Map(Object.entries(each)))));
  /** One entry for each of `rows`. */
  readonly kept = $derived.by(() => brushed(this.table, this.rows, this.brushes));
  readonly keptCount = $derived(this.kept.reduce((sum, one) => sum + one, 0));

  readonly sort = $derived(this.#sort ?? (this.target ? { key: metricKey(this.target), descending: !this.isLess(this.target) } : null));
  /** Every row that passes the filters, sorted once however often the brush moves. */
  readonly #sorted = $derived.by<readonly number[]>(() => {
    if (this.sort?.key === "run") return this.sort.descending ? [...this.rows].reverse() : this.rows;
    const cells = this.sort ? this.table.cells(this.sort.key) : NO_CELLS;
    return this.sort && cells.length > 0 ? sorted(this.rows, cells, this.sort.descending) : this.rows;
  });
  /** Rows as the table lists them: those that are brushed, sorted. */
  readonly listed = $derived.by<readonly number[]>(() => {
    if (this.keptCount === this.rows.length) return this.#sorted;
    const isKept = new Uint8Array(this.table.rows.length);
    this.rows.forEach((row, index) => (isKept[row] = this.kept[index]!));
    return this.#sorted.filter((row) => isKept[row] === 1);
  });
  readonly best = $derived(this.target ? bestRow(this.rows, this.table.cells(metricKey(this.target)), this.isLess(this.target)) : null);

  /** `listed`, but while a brush is drawn as it was when the brush last rested: rows that are made anew take longer than a frame. */
  readonly settled = $derived(this.#held !== null && this.#held.table === this.table ? this.#held.listed : this.listed);

  /** Columns that are axes: those of the table that differ or can be placed. */
  readonly axes = $derived(this.columns.filter((column) => column.kind !== "info" || column.name === "time").slice(0, MOST_AXES));

  readonly colorKey = $derived(this.#color ?? (this.target ? metricKey(this.target) : "run"));
  readonly coloring = $derived.by<Coloring>(() => {
    const theme = this.page.settings.resolvedTheme;
    const { rows } = this.table;
    const cells = this.colorKey === "run" ? NO_CELLS : this.table.cells(this.colorKey);
    if (cells.length === 0) return { of: (row) => this.page.selection.color(rows[row]!.runs[0]!), legend: null };
    const column = readColumn(this.colorKey);
    const palette = theme === "dark" ? DARK_COLORS : LIGHT_COLORS;
    return colorBy(cells, this.scale(this.colorKey), theme, (place) => palette[place % palette.length]!, { reversed: column?.kind === "metric" && this.isLess(column.metric) });
  });

  constructor(page: PageState) {
    this.page = page;
    this.metrics = new MetricColumns(page.source);
  }

  /** Loads while the view is open; call within an effect root. */
  keep(): void {
    $effect(() => this.page.hparams.want("hparams view"));
    $effect(() => {
      void this.page.log.revision;
      const [runs, questions] = [this.runs, this.#questions];
      return untrack(() => this.metrics.load(runs, questions));
    });
    $effect(() => {
      const { listed } = this;
      if (!this.#isBrushing) return;
      const timer = setTimeout(() => (this.#held = { table: this.table, listed }), REST_MS);
      return () => clearTimeout(timer);
    });
  }

  #info(run: string, name: keyof typeof INFO_NAMES): Cell {
    const session = this.page.hparams.of(run);
    const info = this.page.log.run(run);
    if (name === "status") return session?.status ?? "unknown";
    if (name === "group") return session?.group || undefined;
    if (name === "runs") return 1;
    if (name === "started") return session?.startTime ?? info?.first_wall_time ?? undefined;
    const logged = info?.first_wall_time != null && info.last_wall_time !== null ? info.last_wall_time - info.first_wall_time : 0;
    const told = session?.startTime && session.endTime ? session.endTime - session.startTime : 0;
    return Math.max(logged, told) || undefined;
  }

  // --- columns

  title(column: Column): string {
    if (column.kind === "hparam") return this.page.hparams.infos.get(column.name)?.display_name || column.name;
    if (column.kind === "info") return INFO_NAMES[column.name];
    return metricName(column.metric, this.page.hparams.metrics);
  }

  /** What the title leaves out. */
  subtitle(column: Column): string {
    return column.kind === "metric" ? statisticName(column.metric, this.isLess(column.metric)) : "";
  }

  hint(column: Column): string {
    const about = column.kind === "hparam" ? this.page.hparams.infos.get(column.name)?.description : column.kind === "metric" ? this.metricInfos.find((info) => info.tag === column.metric.tag && info.group === column.metric.group)?.description : "";
    return [this.title(column), this.subtitle(column), about].filter(Boolean).join("\n");
  }

  text(column: Column, cell: Cell): string {
    if (cell === undefined) return "";
    if (typeof cell !== "number") return formatHParam(cell);
    if (column.kind === "info") return column.name === "time" ? formatDuration(cell) : column.name === "started" ? formatWallTime(cell) : String(cell);
    return column.kind === "metric" ? formatValue(cell) : formatHParam(cell);
  }

  isNumeric(key: string): boolean {
    return isNumeric(this.table.cells(key));
  }

  isLess(metric: { tag: string; group: string }): boolean {
    const flipped = this.#flipped.includes(`${metric.group}|${metric.tag}`);
    return lessIsBetter(metric.tag) !== flipped;
  }

  scale(key: string): AxisScale {
    const { made, scales, table } = this.#scaleCache;
    let scale = made.get(key);
    if (!scale) {
      const cells = table.cells(key);
      const isMetric = !key.startsWith("h:");
      const column = readColumn(key);
      const write = column?.kind === "info" ? (value: number): string => this.text(column, value) : undefined;
      scale = makeScale(scales[key] ?? naturalScale(cells, isMetric), cells, isMetric, write);
      made.set(key, scale);
    }
    return scale;
  }

  /** Of the runs that pass the filters. */
  get importanceQuestion(): ImportanceRequest {
    const target = this.target!;
    const less = this.isLess(target);
    return { metric: questionOf(target, less), goal: less ? "minimum" : "maximum", scale: this.#rank ? "rank" : "value", runs: this.rows.flatMap((row) => this.table.rows[row]!.runs) };
  }

  // --- what a person does

  set(change: Partial<HParamsLink>): void {
    this.page.url.setParam("hparams", writeLink({ ...this.link, ...change }));
  }

  sortBy(key: string, descending = this.sort?.key === key ? !this.sort.descending : this.#bestFirst(key)): void {
    this.set({ sort: { key, descending } });
  }

  #bestFirst(key: string): boolean {
    const column = readColumn(key);
    return column?.kind === "metric" && !this.isLess(column.metric);
  }

  setCondition(where: "filters" | "brushes", key: string, condition: Condition | null): void {
    const { [key]: _, ...others } = this.link[where];
    this.set({ [where]: condition !== null && asks(condition) ? { ...others, [key]: condition } : others });
  }

  setScale(key: string, kind: ScaleKind): void {
    this.set({ scales: { ...this.link.scales, [key]: kind } });
  }

  toggleInverted(key: string): void {
    const { inverted } = this.link;
    this.set({ inverted: inverted.includes(key) ? inverted.filter((each) => each !== key) : [...inverted, key] });
  }

  setColumns(keys: readonly string[]): void {
    this.set({ columns: keys.join("\n") === this.defaultKeys.join("\n") ? null : keys });
  }

  moveColumn(key: string, to: number): void {
    const keys = this.columns.map((column) => column.key).filter((each) => each !== key);
    keys.splice(Math.min(Math.max(to, 0), keys.length), 0, key);
    this.setColumns(keys);
  }

  hideColumn(key: string): void {
    this.setColumns(this.columns.map((column) => column.key).filter((each) => each !== key));
  }

  setTarget(metric: MetricChoice): void {
    const [before, after] = [this.target && metricKey(this.target), metricKey(metric)];
    const columns = this.link.columns?.map((key) => (key === before ? after : key)) ?? null;
    this.set({ metric: after, columns: columns && (columns.includes(after) ? [...new Set(columns)] : [...columns, after]), sort: this.link.sort?.key === before ? null : this.link.sort });
  }

  setStatistic(statistic: StatisticKind, number: number): void {
    if (!this.target) return;
    const change = (key: string): string => {
      const column = readColumn(key);
      return column?.kind === "metric" ? metricKey({ ...column.metric, statistic, number }) : key;
    };
    const renamed = <T,>(conditions: Readonly<Record<string, T>>): Record<string, T> => Object.fromEntries(Object.entries(conditions).map(([key, value]) => [change(key), value]));
    const { sort, color, columns, scales, filters, brushes, inverted } = this.link;
    this.set({
      metric: metricKey({ ...this.target, statistic, number }), columns: columns?.map(change) ?? null, color: color && change(color), inverted: inverted.map(change),
      sort: sort && { ...sort, key: change(sort.key) }, scales: renamed(scales), filters: renamed(filters), brushes: renamed(brushes),
    });
  }

  toggleLess(metric: { tag: string; group: string }): void {
    const name = `${metric.group}|${metric.tag}`;
    const { flipped } = this.link;
    this.set({ flipped: flipped.includes(name) ? flipped.filter((each) => each !== name) : [...flipped, name] });
  }

  /** What is brushed becomes all there is. */
  keepBrushed(): void {
    const filters: Record<string, Condition> = { ...this.link.filters };
    for (const [key, condition] of this.brushes) filters[key] = condition;
    this.set({ filters, brushes: {} });
  }

  excludeBrushed(): void {
    this.set({ excluded: [...this.link.excluded, Object.fromEntries(this.brushes)], brushes: {} });
  }

  /** A brush is drawn from now on until `endBrush`. */
  beginBrush(): void {
    this.#held = { table: this.table, listed: this.listed };
    this.#isBrushing = true;
  }

  endBrush(): void {
    this.#held = null;
    this.#isBrushing = false;
  }

  clearBrushes(): void {
    this.set({ brushes: {} });
  }

  clearFilters(): void {
    this.set({ filters: {}, excluded: [] });
  }

  startAgain(): void {
    this.set({ ...EMPTY, panel: this.link.panel });
  }

  /** The runs that are brushed become those that every view shows. */
  showListed(): void {
    this.page.selection.only(this.listed.flatMap((row) => this.table.rows[row]!.runs));
  }

  openCurves(row: number): void {
    const { runs } = this.table.rows[row]!;
    if (runs.length === 1) this.page.selection.solo = runs[0]!;
    else this.page.selection.only(runs);
    this.page.url.view = "scalars";
  }

  /** Index of a row by its key; -1 where it is gone. */
  indexOf(key: string | null): number {
    return key === null ? -1 : this.table.rows.findIndex((row) => row.key === key);
  }
}
