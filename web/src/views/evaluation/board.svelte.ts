/** What the view shows of what is chosen: the evaluations, and the examples behind the mark. */

import type { EvaluationItem, EvaluationRequest, ExampleItem, ExampleList, ExamplesRequest, PredictionHistory, PredictionRecords } from "../../api/source";
import { messageOf } from "../../lib/messageof";
import type { PageState } from "../../state/context";
import { EvaluationChoice } from "./choice.svelte";
import { Latest } from "./latest";
import { filterOf, readMark, type Decision } from "./mark";

export const PAGE = 24;
export const BINS = 15;
/** Curves in one chart. */
const MOST_RUNS = 12;
type Place = { readonly run: string; readonly step: number };

/** What is asked for a mark: a page of the run listed, and the number of the other one's. */
interface Behind {
  readonly text: string;
  readonly listed: 0 | 1;
  readonly request: ExamplesRequest;
  readonly counted: ExamplesRequest | null;
}

const placeOf = (run: string | null, version: string): Place | null => (run === null || version === "" ? null : { run, step: Number(version.slice(0, version.indexOf(" "))) });

export class EvaluationBoard extends EvaluationChoice {
  /** Steps of each run, once they are known. */
  records = $state.raw<ReadonlyMap<string, PredictionRecords>>(new Map());
  /** Of the run looked at, then of the one beside it: what does not depend on the threshold. */
  whole = $state.raw<readonly EvaluationItem[]>([]);
  /** The same two: what does. */
  decided = $state.raw<readonly EvaluationItem[]>([]);
  /** The class looked at in all runs shown. */
  ofRuns = $state.raw<readonly EvaluationItem[]>([]);
  #found = $state.raw<{ readonly text: string; readonly list: ExampleList; readonly totals: readonly (number | null)[] } | null>(null);
  histories = $state.raw<readonly PredictionHistory[]>([]);
  error = $state<string | null>(null);
  examplesError = $state<string | null>(null);
  attempt = $state(0);

  readonly evaluation = $derived.by<EvaluationItem | null>(() => this.whole[0] ?? null);
  readonly names = $derived.by<readonly string[]>(() => this.evaluation?.class_names ?? []);
  readonly classCount = $derived(this.names.length);
  readonly #binary = $derived(this.classCount === 2);
  readonly classIndex = $derived.by<number | null>(() => (this.wantedClass !== null && (this.classCount === 0 || this.wantedClass < this.classCount) ? this.wantedClass : null));
  /** Of two classes the threshold is for the chosen one, else for the second. */
  readonly decision = $derived.by<Decision>(() => ({ threshold: this.threshold, positive: this.classIndex ?? 1 }));
  /** Of the class whose outcomes are counted: the chosen one, of two classes the second. */
  readonly outcomeClass = $derived.by<number | null>(() => this.classIndex ?? (this.classCount === 2 ? 1 : null));

  /** Where the run looked at stands, and the one beside it; they follow the page's step. */
  readonly #at = $derived.by(() => this.#versionOf(this.run));
  readonly #otherAt = $derived.by(() => this.#versionOf(this.other));
  readonly place = $derived.by<Place | null>(() => placeOf(this.run, this.#at));
  readonly otherPlace = $derived.by<Place | null>(() => placeOf(this.other, this.#otherAt));

  readonly #decide: Latest<EvaluationRequest, readonly EvaluationItem[]>;
  readonly #find: Latest<Behind, readonly [ExampleList, ExampleList | null]>;

  constructor(page: PageState) {
    super(page);
    this.#decide = new Latest(
      (request) => page.source.evaluation(request),
      (answer) => (this.decided = answer),
      (error) => (this.error = messageOf(error)),
    );
    this.#find = new Latest(
      // Of the other run the number alone; that it cannot be had must not hide the examples.
      async ({ request, counted }): Promise<readonly [ExampleList, ExampleList | null]> => Promise.all([page.source.examples(request), counted === null ? null : page.source.examples(counted).catch(() => null)]),
      ([list, other], { text, listed }) => {
        const totals = [list.total, other?.total ?? null];
        this.#found = { text, list, totals: listed === 0 ? totals : totals.reverse() };
        this.examplesError = null;
      },
      (error) => (this.examplesError = messageOf(error)),
    );
  }

  /**
   * The step to show of a run, and what changes when the evaluation there does. A text: a run that logs other things
   * meanwhile must not have the same evaluation asked for again.
   */
  #versionOf(run: string | null): string {
    const found = run === null ? undefined : this.records.get(run);
    if (!found || found.steps.length === 0) return "";
    const wanted = this.page.cursor.step;
    const index = wanted === null ? found.steps.length - 1 : Math.max(0, found.steps.findLastIndex((each) => each <= wanted));
    return `${found.steps[index]} ${found.wall_times[index]} ${found.part_counts[index]}`;
  }

  #named(places: readonly (Place | null)[]): EvaluationRequest["records"] {
    return places.flatMap((place) => (place && this.tag ? [{ ...place, tag: this.tag.tag }] : []));
  }

  /** Keeps everything loaded; call while the view is being made. */
  follow(): void {
    const { page } = this;
    $effect(() => {
      const [tag, runs] = [this.tag?.tag, this.runs];
      void [this.attempt, runs.map((run) => page.log.revisionOf(run))];
      if (tag === undefined || page.source.snapshot) return;
      const given = new AbortController();
      void this.#loadRecords(tag, runs, given.signal);
      return () => given.abort();
    });
    $effect(() => page.cursor.offerStops("evaluation", [...new Set([...this.records.values()].flatMap(({ steps }) => steps))].sort((a, b) => a - b)));
    $effect(() => {
      void this.attempt;
      const records = this.#named([this.place, this.otherPlace]);
      if (records.length === 0) return;
      const given = new AbortController();
      // Of two classes the scores of the second are what the threshold is about.
      const classes = this.wantedClass !== null ? { classes: [this.wantedClass] } : this.#binary ? { classes: [0, 1] } : {};
      const request: EvaluationRequest = { records, parts: ["curves", "calibration", "histograms"], bins: BINS, max_points: this.wantedClass === null ? 320 : 1000, ...classes };
      void this.#loadWhole(request, given.signal);
      return () => given.abort();
    });
    $effect(() => {
      void this.attempt;
      const records = this.#named([this.place, this.otherPlace]);
      if (records.length === 0) return;
      const { threshold, positive } = this.decision;
      this.#decide.ask({ records, parts: ["confusion", "classes"], threshold, positive });
    });
    $effect(() => {
      const others = this.wantedClass === null ? [] : this.runs.filter((run) => run !== this.run && run !== this.other).slice(0, MOST_RUNS - 2);
      const records = this.#named(others.map((run) => placeOf(run, this.#versionOf(run))));
      if (records.length === 0 || this.wantedClass === null) {
        this.ofRuns = [];
        return;
      }
      const given = new AbortController();
      const request: EvaluationRequest = { records, parts: ["curves"], classes: [this.wantedClass], max_points: 320 };
      page.source.evaluation(request, given.signal).then((found) => (this.ofRuns = found), () => undefined);
      return () => given.abort();
    });
    $effect(() => {
      void this.attempt;
      const { listed, markText: text } = this;
      const places = listed === 0 ? [this.place, this.otherPlace] : [this.otherPlace, this.place];
      const [place, counted] = places;
      if (!place || !this.tag || text === "" || this.classCount === 0) return;
      const question = { tag: this.tag.tag, filter: filterOf(readMark(text)!, this.decision, this.classCount) };
      this.#find.ask({ text, listed, request: { ...place, ...question, order: this.order, first: this.first, count: PAGE }, counted: counted ? { ...counted, ...question, count: 1 } : null });
    });
    $effect(() => {
      const chosen = this.chosen;
      if (!chosen || !this.tag) {
        this.histories = [];
        return;
      }
      const given = new AbortController();
      void this.#loadHistories(this.tag.tag, chosen, given.signal);
      return () => given.abort();
    });
    $effect(() => () => {
      this.#decide.stop();
      this.#find.stop();
    });
  }

  /** Those behind the mark; null until they are there. */
  readonly examples = $derived.by<ExampleList | null>(() => (this.#found?.text === this.markText ? this.#found.list : null));
  /** How many the run looked at has behind the mark, and the one beside it. */
  readonly totals = $derived.by<readonly (number | null)[]>(() => (this.#found?.text === this.markText ? this.#found.totals : []));
  /** The example that is looked at by itself. */
  readonly chosen = $derived.by<ExampleItem | null>(() => this.examples?.examples.find((example) => example.row === this.row) ?? null);

  async #loadRecords(tag: string, runs: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      const found = await Promise.all(runs.map((run) => this.page.source.predictions({ run, tag }, signal)));
      if (signal.aborted) return;
      this.records = new Map(found.map((one) => [one.run, one]));
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }

  async #loadWhole(request: EvaluationRequest, signal: AbortSignal): Promise<void> {
    try {
      const found = await this.page.source.evaluation(request, signal);
      if (signal.aborted) return;
      this.whole = found;
      this.error = found[0]?.error ?? null;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }

  async #loadHistories(tag: string, { row, id }: ExampleItem, signal: AbortSignal): Promise<void> {
    const first = [this.run!, ...(this.other === null ? [] : [this.other])];
    const runs = [...first, ...this.runs.filter((run) => !first.includes(run))].slice(0, MOST_RUNS);
    const ask = (run: string) => this.page.source.predictionHistory({ run, tag, row, id }, signal).catch(() => null);
    const found = await Promise.all(runs.map(ask));
    if (!signal.aborted) this.histories = found.filter((one) => one !== null);
  }

  imageUrl({ row, has_image }: ExampleItem): string | null {
    const { examples } = this;
    if (!examples || !has_image) return null;
    const { run, tag, step, key } = examples;
    return this.page.source.predictionImageUrl({ run, tag, step, row, key });
  }
}
