/** The milestones of the runs shown, loaded from the few tags that tell of them. */

import { SourceError, type ScalarSeries } from "../api/source";
import type { LogState } from "./log.svelte";
import { checkpointsOf, epochsOf, hiddenKinds, mergedRuns, milestoneKind, MILESTONE_KINDS, ratesOf, writeHidden, type Milestone, type MilestoneKind, type Reading } from "./milestones";
import type { RunNotesState } from "./runnotes.svelte";
import type { RunSelection } from "./selection.svelte";
import type { Settings } from "./settings.svelte";

/** Marks of more runs than this would fill the axis. */
export const MOST_RUNS = 20;
/** A server counts in points: enough for every change of a counter, of a long run too. */
const MAX_POINTS = 4000;
/** Text samples that are looked at for their steps. */
const LIVE_WAIT_MS = 2000;
const NOTE_LENGTH = 80;

interface Wish {
  readonly kind: "scalar" | "text";
  readonly tag: string;
  readonly run: string;
}

export class RunMilestones {
  readonly #log: LogState;
  readonly #settings: Settings;
  readonly #notes: RunNotesState;
  readonly #selection: RunSelection;

  #read = $state.raw<readonly Milestone[]>([]);
  /** Why some of what was looked at marks nothing, one sentence each. */
  reasons = $state.raw<readonly string[]>([]);
  #loadedOnce = false;

  /** The runs that are looked at. */
  readonly runs = $derived.by(() => this.#selection.shown.slice(0, MOST_RUNS));
  readonly #wishes = $derived.by<readonly Wish[]>(() => {
    const runs = new Set(this.runs);
    const of = (kind: "scalar" | "text") =>
      this.#log.tagsOf(kind).filter((tag) => (kind === "text" ? milestoneKind(tag.tag) === "checkpoint" : milestoneKind(tag.tag) !== null))
        .flatMap((tag) => this.#log.runsOf(tag).filter((run) => runs.has(run)).map((run) => ({ kind, tag: tag.tag, run })));
    return [...of("scalar"), ...of("text")];
  });
  readonly #noted = $derived.by<readonly Milestone[]>(() =>
    this.runs.flatMap((run) => (this.#notes.of(run)?.notes ?? []).map(({ step, text }): Milestone => ({ kind: "note", step, text: `note: ${shortened(text)}`, runs: [run] }))),
  );

  readonly all = $derived(mergedRuns([...this.#read, ...this.#noted]));
  readonly hidden = $derived.by(() => hiddenKinds(this.#settings.milestonesHidden));
  /** Those that are marked, in order of step. */
  readonly shown = $derived(this.all.filter(({ kind }) => !this.hidden.has(kind)));
  /** Kinds of which there is any. */
  readonly kinds = $derived(MILESTONE_KINDS.filter((kind) => this.all.some((one) => one.kind === kind)));

  constructor(log: LogState, selection: RunSelection, settings: Settings, notes: RunNotesState) {
    this.#log = log;
    this.#selection = selection;
    this.#settings = settings;
    this.#notes = notes;
  }

  /** Whether any tag promises some: then there is something to say even where none was found. */
  get promised(): boolean {
    return this.#wishes.length > 0 || this.all.length > 0;
  }

  toggle(kind: MilestoneKind): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(kind)) hidden.add(kind);
    this.#settings.milestonesHidden = writeHidden(hidden);
  }

  /** Loads them and what comes; call within an effect root. */
  keep(): void {
    const wanted = $derived(JSON.stringify(this.#wishes));
    const revisions = $derived(this.runs.reduce((sum, run) => sum + this.#log.revisionOf(run), 0));
    $effect(() => {
      void revisions;
      const wishes = JSON.parse(wanted) as Wish[];
      if (wishes.length === 0) {
        [this.#read, this.reasons] = [[], []];
        return;
      }
      const given = new AbortController();
      // Charts come first.
      const timer = setTimeout(() => void this.#load(wishes, given.signal), this.#loadedOnce ? LIVE_WAIT_MS : 0);
      return () => {
        clearTimeout(timer);
        given.abort();
      };
    });
  }

  async #load(wishes: readonly Wish[], signal: AbortSignal): Promise<void> {
    try {
      const scalars = wishes.filter(({ kind }) => kind === "scalar");
      const texts = wishes.filter(({ kind }) => kind === "text");
      const answer = scalars.length === 0 ? [] : (await this.#log.source.scalars({ series: scalars.map(({ run, tag }) => ({ run, tag })), x: "step", max_points: MAX_POINTS, columns: ["step", "value"] }, signal)).series;
      const samples = await Promise.all(texts.map(({ run, tag }) => this.#log.source.samples({ run, tag, kind: "text" }, signal)));
      if (signal.aborted) return;
      const readings = [...answer.map(readingOf), ...samples.map(({ run, tag, steps }) => checkpointsOf({ run, tag, step: steps, value: [] }))];
      this.#read = readings.flatMap(({ milestones }) => milestones);
      this.reasons = readings.flatMap(({ reason }) => reason ?? []);
      this.#loadedOnce = true;
    } catch (error) {
      // What was loaded stays; a server that is away is told of in one place.
      if (!signal.aborted && !(error instanceof SourceError)) throw error;
    }
  }
}

function readingOf({ run, tag, columns }: ScalarSeries): Reading {
  const kind = milestoneKind(tag);
  if (columns === null || kind === null) return { milestones: [], reason: null };
  const points = { run, tag, step: columns.step, value: columns.value };
  return kind === "epoch" ? epochsOf(points) : kind === "rate" ? ratesOf(points) : checkpointsOf(points);
}

function shortened(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > NOTE_LENGTH ? `${line.slice(0, NOTE_LENGTH)}…` : line;
}
