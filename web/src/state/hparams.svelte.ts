/** What the runs were started with, loaded while some part of the page shows it. */

import { SvelteSet } from "svelte/reactivity";
import { SourceError, type HParamInfo, type HParamsList, type MetricInfo } from "../api/source";
import { readHParam, type HParam } from "../lib/hparam";
import type { LogState } from "./log.svelte";

/** Between two loads while the log grows. */
const LIVE_WAIT_MS = 1500;

export interface Session {
  run: string;
  hparams: ReadonlyMap<string, HParam>;
  /** Sessions of one group are repetitions of one another; empty where none was named. */
  group: string;
  status: "unknown" | "success" | "failure" | "running";
  /** Seconds since the epoch, null where it was not said. */
  startTime: number | null;
  endTime: number | null;
  /** Why some of it cannot be read. */
  error: string | null;
}

export class RunHParams {
  readonly #log: LogState;
  readonly #wanted = new SvelteSet<string>();
  #loadedRevision = $state(-1);
  #lastLoad = -Infinity;
  #loading = false;

  /** In natural order of runs. */
  sessions = $state.raw<readonly Session[]>([]);
  /** How experiments describe hyperparameters, where they do. */
  infos = $state.raw<ReadonlyMap<string, HParamInfo>>(new Map());
  /** What sessions may be judged by, those that experiments name first. */
  metrics = $state.raw<readonly MetricInfo[]>([]);
  error = $state<string | null>(null);

  readonly #byRun = $derived(new Map(this.sessions.map((session) => [session.run, session])));
  /** Every name, those that most runs have first. */
  readonly names = $derived.by<readonly string[]>(() => {
    const counts = new Map<string, number>();
    for (const { hparams } of this.sessions) for (const name of hparams.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  });

  constructor(log: LogState) {
    this.#log = log;
  }

  get loaded(): boolean {
    return this.#loadedRevision >= 0;
  }

  of(run: string): Session | undefined {
    return this.#byRun.get(run);
  }

  /** Loads, and loads again as the log grows, until the function it returns is called. */
  want(owner: string): () => void {
    this.#wanted.add(owner);
    return () => void this.#wanted.delete(owner);
  }

  /** Call within an effect root. */
  keep(): void {
    let again = $state(0);
    $effect(() => {
      void again;
      const { revision } = this.#log;
      if (this.#wanted.size === 0 || !this.#log.has("hparams") || this.#loading || revision === this.#loadedRevision) return;
      const timer = setTimeout(() => void this.#load(revision).then(() => again++), Math.max(0, this.#lastLoad + LIVE_WAIT_MS - performance.now()));
      return () => clearTimeout(timer);
    });
  }

  async #load(revision: number): Promise<void> {
    this.#loading = true;
    this.#lastLoad = performance.now();
    try {
      this.#apply(await this.#log.source.hparams());
      this.error = null;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.error = error.message;
    } finally {
      this.#loadedRevision = revision;
      this.#loading = false;
    }
  }

  #apply(list: HParamsList): void {
    this.sessions = list.runs.filter((run) => run.is_session).map((item) => ({
      run: item.run,
      hparams: new Map(Object.entries(item.hparams).map(([name, value]) => [name, readHParam(value)])),
      group: item.group_name,
      status: item.status,
      startTime: item.start_time,
      endTime: item.end_time,
      error: item.error,
    }));
    this.infos = new Map(list.hparams.map((info) => [info.name, info]));
    this.metrics = list.metrics;
  }
}
