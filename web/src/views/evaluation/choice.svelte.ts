/** What is chosen in the view, as the link has it: of which runs and class, decided how, and behind which mark. */

import type { PageState } from "../../state/context";
import type { Norm } from "./figures";
import { DEFAULT_THRESHOLD, readMark, writeMark, type Mark } from "./mark";

const ORDERS = ["wrongest", "surest", "row"] as const;
export type Order = (typeof ORDERS)[number];

export class EvaluationChoice {
  readonly page: PageState;

  readonly tags = $derived.by(() => this.page.log.tagsOf("predictions"));
  readonly tag = $derived.by(() => {
    const named = this.page.url.param("ev_tag");
    return this.tags.find((tag) => tag.tag === named) ?? this.tags[0] ?? null;
  });
  readonly runs = $derived.by<readonly string[]>(() => {
    if (!this.tag) return [];
    return this.page.log.runsOf(this.tag).filter((run) => this.page.selection.isShown(run));
  });
  readonly run = $derived.by<string | null>(() => {
    const named = this.page.url.param("ev_run");
    return this.runs.includes(named) ? named : (this.runs[0] ?? null);
  });
  readonly other = $derived.by<string | null>(() => {
    const named = this.page.url.param("ev_with");
    return this.runs.includes(named) && named !== this.run ? named : null;
  });
  readonly wantedClass = $derived.by<number | null>(() => {
    const text = this.page.url.param("ev_class");
    return /^\d{1,9}$/.test(text) ? Number(text) : null;
  });
  /** Null: each sample is taken for its most likely class. */
  readonly threshold = $derived.by<number | null>(() => {
    const text = this.page.url.param("threshold");
    const value = Number(text);
    return text !== "" && value >= 0 && value <= 1 ? value : null;
  });
  readonly shownThreshold = $derived(this.threshold ?? DEFAULT_THRESHOLD);
  readonly norm = $derived.by<Norm>(() => {
    const named = this.page.url.param("ev_cells");
    return named === "rows" || named === "columns" ? named : "counts";
  });
  /** By its text: writing it anew must not ask for the same examples again. */
  readonly markText = $derived.by(() => this.page.url.param("ev_mark"));
  readonly mark = $derived.by<Mark | null>(() => readMark(this.markText));
  readonly first = $derived.by(() => {
    const first = Number(this.page.url.param("ev_first"));
    return Number.isInteger(first) && first > 0 ? first : 0;
  });
  readonly order = $derived.by<Order>(() => ORDERS.find((order) => order === this.page.url.param("ev_order")) ?? "wrongest");
  /** Whose examples are listed: those of the run looked at, or of the one beside it. */
  readonly listed = $derived.by<0 | 1>(() => (this.other !== null && this.page.url.param("ev_of") === "other" ? 1 : 0));
  readonly row = $derived.by<number | null>(() => {
    const text = this.page.url.param("ev_row");
    return /^\d{1,9}$/.test(text) ? Number(text) : null;
  });

  constructor(page: PageState) {
    this.page = page;
  }

  setThreshold(next: number | null): void {
    this.page.url.setParam("threshold", next === null ? "" : String(Number(next.toPrecision(6))));
  }

  setClass(index: number | null): void {
    this.page.url.setParam("ev_class", index === null ? "" : String(index));
  }

  /** Shows the examples behind a mark; the same mark again lets them go. */
  choose(mark: Mark | null): void {
    const text = writeMark(mark);
    const { url, settings } = this.page;
    for (const name of ["ev_first", "ev_row", "ev_of"]) url.setParam(name, "");
    url.setParam("ev_mark", text === this.markText ? "" : text);
    if (mark) settings.inspectorShown = true;
  }

  /** The same of one run of those compared, or of any other, which then is the one looked at. */
  chooseOf(run: string, mark: Mark): void {
    const { url } = this.page;
    const isOther = run === this.other;
    if (!isOther && run !== this.run && this.runs.includes(run)) url.setParam("ev_run", run);
    // The mark of one run must not let go of the examples of the other.
    if (writeMark(mark) !== this.markText || isOther === (this.listed === 1)) this.choose(mark);
    url.setParam("ev_of", isOther ? "other" : "");
  }
}
