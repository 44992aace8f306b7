/** The log directory as the server knows it: its runs and tags, kept up to date while the page is open. */

import { SvelteMap } from "svelte/reactivity";
import { messageOf } from "../lib/messageof";
import { shortNames } from "../lib/runnames";
import {
  SourceError,
  type DataSource,
  type Kind,
  type LogChange,
  type LogInfo,
  type ReadingState,
  type RunInfo,
  type TagInfo,
} from "../api/source";

export type Connection = "connecting" | "live" | "lost";

/** Between two reloads of the lists: ten times what the last one took, within these bounds. */
const SHORTEST_RELOAD_GAP_MS = 400;
const LONGEST_RELOAD_GAP_MS = 4000;
const RELOAD_GAP_FACTOR = 10;
/** After a reload that failed. */
const RETRY_GAP_MS = 2000;

/** A run that falls silent makes no event, but is no longer live after 30 s. */
const LIVE_FADES_MS = 31_000;

const NO_RUNS: readonly RunInfo[] = [];

export class LogState {
  readonly source: DataSource;

  info = $state.raw<LogInfo | null>(null);
  /** In natural order of names. */
  runs = $state.raw<readonly RunInfo[]>(NO_RUNS);
  connection = $state<Connection>("connecting");
  /** Why the last request failed, until one succeeds. */
  error = $state<string | null>(null);
  /** From the last event, newer than `info` while the lists are reloaded. */
  pointCount = $state(0);
  /** Milliseconds since the epoch of the last news. */
  changedAt = $state<number | null>(null);

  #tags = $state.raw<readonly TagInfo[]>([]);
  #tagRuns = $state.raw<readonly string[]>([]);
  /** True once runs and tags were loaded at least once. */
  loaded = $state(false);

  readonly #revisions = new SvelteMap<string, number>();
  /** What changed while nobody listened (the connection was lost) shows in the counts of the next lists. */
  #compare = false;
  #reloading = false;
  #stale = false;
  /** The log is all read, or has begun to be: lists of a log half read are not left standing for long. */
  #urgent = false;
  /** The revision that was told of last; a server that starts anew counts anew. */
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fadeTimer: ReturnType<typeof setTimeout> | undefined;
  /** News wait until `catchUp` is called. */
  held = $state(false);
  /** News came while they were held. */
  waiting = $state(false);
  readonly #heldRuns = new Set<string>();
  #lastReload = -Infinity;
  #gap = SHORTEST_RELOAD_GAP_MS;

  readonly state = $derived<ReadingState | null>(this.info?.state ?? null);
  readonly runNames = $derived<readonly string[]>(this.runs.map((run) => run.name));
  readonly #runByName = $derived(new Map(this.runs.map((run) => [run.name, run])));
  readonly #shortNames = $derived.by(() => shortNames(this.runNames));
  readonly #byKind = $derived.by(() => {
    const kinds = new Map<Kind, TagInfo[]>();
    for (const tag of this.#tags) {
      const tags = kinds.get(tag.kind);
      if (tags) tags.push(tag);
      else kinds.set(tag.kind, [tag]);
    }
    return kinds;
  });

  /** What the log is called: the title it was given, else the last part of its path. */
  readonly name = $derived.by(() => {
    const { title = "", location = "" } = this.info ?? {};
    return title || (location.replace(/\/+$/, "").split("/").pop() ?? "") || location;
  });

  constructor(source: DataSource) {
    this.source = source;
    const { lists } = source;
    if (!lists) return;
    this.#lastReload = performance.now();
    this.#apply(lists.info, lists.runs.runs, lists.tags.runs, lists.tags.tags);
  }

  get revision(): number {
    return this.info?.revision ?? 0;
  }

  get tags(): readonly TagInfo[] {
    return this.#tags;
  }

  run(name: string): RunInfo | undefined {
    return this.#runByName.get(name);
  }

  /** What tells a run from all others: its name without the folders that say nothing new. */
  shortName(run: string): string {
    return run === "." ? this.name : (this.#shortNames.get(run) ?? run);
  }

  has(kind: Kind): boolean {
    return this.#byKind.has(kind);
  }

  /** Tags of one kind in natural order. */
  tagsOf(kind: Kind): readonly TagInfo[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** Names of the runs that have the tag. */
  runsOf(tag: TagInfo): string[] {
    return tag.runs.map((index) => this.#tagRuns[index]!);
  }

  /** Kinds of what the run has. */
  kindsOf(run: string): ReadonlySet<Kind> {
    const index = this.#tagRuns.indexOf(run);
    return new Set(index < 0 ? [] : this.#tags.filter((tag) => tag.runs.includes(index)).map((tag) => tag.kind));
  }

  /** Grows with every change of the run; read it in an effect to reload what it shows. */
  revisionOf(run: string): number {
    return this.#revisions.get(run) ?? 0;
  }

  /** Listens to the server until the function it returns is called. */
  start(): () => void {
    const stop = this.source.changes({
      changed: (change) => this.#changed(change),
      lost: () => void (this.connection = "lost"),
    });
    // Not only when the first event comes: the answers are on their way already.
    if (!this.loaded && !this.#reloading) void this.reload();
    const resume = (): void => {
      if (!document.hidden && this.#stale) this.#schedule();
    };
    document.addEventListener("visibilitychange", resume);
    return () => {
      stop();
      clearTimeout(this.#timer);
      clearTimeout(this.#fadeTimer);
      document.removeEventListener("visibilitychange", resume);
    };
  }

  /** Loads what was held back, and the lists anew. */
  catchUp(): void {
    for (const run of this.#heldRuns) this.#bump(run);
    this.#heldRuns.clear();
    this.waiting = false;
    void this.reload();
  }

  #changed(change: LogChange): void {
    const back = this.connection === "lost" || (this.connection === "connecting" && this.loaded && change.revision !== this.revision);
    this.connection = "live";
    this.#newest = change.revision;
    if (this.held && this.loaded && change.state === this.state) {
      for (const run of change.runs) this.#heldRuns.add(run);
      this.waiting ||= change.runs.length > 0 || change.revision !== this.revision;
      return;
    }
    this.pointCount = change.point_count;
    this.changedAt = Date.now();
    // The first lists are on their way, and are told from this revision when they are there.
    if (!this.loaded && this.#reloading && change.runs.length === 0) return;
    if (back) this.#compare = this.loaded;
    else for (const run of change.runs) this.#bump(run);
    if (change.state !== this.state) {
      this.#urgent = true;
      this.#gap = SHORTEST_RELOAD_GAP_MS;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (back || this.#urgent || change.runs.length > 0 || change.revision !== this.revision) this.#schedule();
  }

  #bump(run: string): void {
    this.#revisions.set(run, (this.#revisions.get(run) ?? 0) + 1);
  }

  #schedule(): void {
    this.#stale = true;
    if (this.#reloading || this.#timer !== undefined) return;
    // A hidden tab has nobody to show news to; it catches up when it is looked at.
    if (this.loaded && document.hidden) return;
    const wait = Math.max(0, this.#lastReload + this.#gap - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.reload();
    }, wait);
  }

  /** Loads the lists anew. What failed is in `error` and is tried again. */
  async reload(): Promise<void> {
    this.#reloading = true;
    this.#stale = false;
    this.#urgent = false;
    const first = !this.loaded;
    const began = performance.now();
    try {
      const [info, runs, tags] = await Promise.all([this.source.log(), this.source.runs(), this.source.tags()]);
      this.#apply(info, runs.runs, tags.runs, tags.tags);
      this.error = null;
    } catch (error) {
      this.error = messageOf(error);
      this.#stale = true;
      if (!(error instanceof SourceError)) throw error;
    } finally {
      this.#reloading = false;
      this.#lastReload = performance.now();
      const took = this.#lastReload - began;
      const patience = this.#urgent ? SHORTEST_RELOAD_GAP_MS : Math.min(LONGEST_RELOAD_GAP_MS, took * RELOAD_GAP_FACTOR);
      this.#gap = this.error === null ? Math.max(SHORTEST_RELOAD_GAP_MS, patience) : RETRY_GAP_MS;
      if (this.#stale || (first && this.error === null && this.#newest > this.revision)) this.#schedule();
    }
  }

  #apply(info: LogInfo, runs: readonly RunInfo[], tagRuns: readonly string[], tags: readonly TagInfo[]): void {
    const before = this.#runByName;
    this.info = info;
    this.runs = runs;
    this.#tagRuns = tagRuns;
    this.#tags = tags;
    this.pointCount = info.point_count;
    if (this.#compare) {
      this.#compare = false;
      for (const run of runs) {
        const old = before.get(run.name);
        if (old && differs(old, run)) this.#bump(run.name);
      }
    }
    this.loaded = true;
    clearTimeout(this.#fadeTimer);
    if (runs.some((run) => run.live)) this.#fadeTimer = setTimeout(() => this.#schedule(), LIVE_FADES_MS);
  }
}

function differs(a: RunInfo, b: RunInfo): boolean {
  return a.point_count !== b.point_count || a.last_wall_time !== b.last_wall_time || a.file_count !== b.file_count;
}
