/** The precision-recall curves of one tag of one run: where its samples are, and the one that is shown. */

import type { DataSource, SampleList } from "../../api/source";
import { messageOf } from "../../lib/messageof";
import { prCurveOf, type PrCurve } from "./model";

/** Curves kept of one series, so that moving the step back costs nothing. */
const KEPT = 64;

export class PrSeries {
  readonly run: string;
  readonly tag: string;
  readonly #source: Pick<DataSource, "samples" | "prCurves">;
  /** By the key of the sample; the newest use stands last. */
  readonly #kept = new Map<string, PrCurve>();

  list = $state.raw<SampleList | null>(null);
  curve = $state.raw<PrCurve | null>(null);
  error = $state<string | null>(null);

  constructor(source: Pick<DataSource, "samples" | "prCurves">, run: string, tag: string) {
    this.#source = source;
    this.run = run;
    this.tag = tag;
  }

  /** Index of the sample for a step of the page: the last that is not after it, else the first; null asks for the newest. */
  indexAt(step: number | null): number {
    const steps = this.list?.steps ?? [];
    if (step === null) return steps.length - 1;
    return Math.max(0, steps.findLastIndex((each) => each <= step));
  }

  async loadList(signal: AbortSignal): Promise<void> {
    try {
      const list = await this.#source.samples({ run: this.run, tag: this.tag, kind: "pr_curve" }, signal);
      if (signal.aborted) return;
      this.list = list;
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }

  /** Shows the curve of a sample; the one before stays until it is there. */
  async show(index: number, signal: AbortSignal): Promise<void> {
    const key = this.list?.keys[index];
    if (key === undefined) return;
    const kept = this.#kept.get(key);
    if (kept) {
      this.curve = kept;
      return;
    }
    try {
      const { pr_curves } = await this.#source.prCurves({ run: this.run, tag: this.tag, first: index, count: 1 }, signal);
      const [item] = pr_curves;
      if (signal.aborted || !item) return;
      const curve = prCurveOf(item);
      this.#kept.set(key, curve);
      if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value as string);
      this.curve = curve;
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }
}

