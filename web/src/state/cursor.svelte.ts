/** The one step of the page: charts, images and texts show it, the step bar moves it. */

import { SvelteMap } from "svelte/reactivity";

export interface StepTick {
  step: number;
  /** Shown on hover: "epoch 3", "checkpoint". */
  label: string;
}

/** What the pointer is on in a chart. */
export interface Hover {
  step: number;
  /** Position on the chart's x axis, in its unit. */
  x: number;
  run?: string;
  tag?: string;
}

export class StepCursor {
  /** Null: the newest of everything. */
  step = $state<number | null>(null);
  hover = $state.raw<Hover | null>(null);

  /** Steps at which views have something to stop at, by who offers them; ascending. */
  readonly #stops = new SvelteMap<string, readonly number[]>();
  readonly #ticks = new SvelteMap<string, readonly StepTick[]>();
  readonly #ranges = new SvelteMap<string, readonly [number, number]>();

  /** First and last step there is; null while there is none. */
  readonly range = $derived.by<readonly [number, number] | null>(() => {
    let low = Infinity;
    let high = -Infinity;
    for (const [first, last] of this.#ranges.values()) {
      low = Math.min(low, first);
      high = Math.max(high, last);
    }
    for (const stops of this.#stops.values()) {
      if (stops.length === 0) continue;
      low = Math.min(low, stops[0]!);
      high = Math.max(high, stops[stops.length - 1]!);
    }
    return low <= high ? [low, high] : null;
  });

  readonly ticks = $derived<readonly StepTick[]>(
    [...this.#ticks.values()].flat().sort((a, b) => a.step - b.step),
  );

  readonly stops = $derived<readonly number[]>(
    [...new Set([...this.#stops.values()].flat())].sort((a, b) => a - b),
  );

  /** The step that is shown: the chosen one, or the last. */
  readonly shown = $derived<number | null>(this.step ?? this.range?.[1] ?? null);

  /** Steps (ascending) that arrow keys stop at, offered while a view shows them; returns the withdrawal. */
  offerStops(owner: string, steps: readonly number[]): () => void {
    this.#stops.set(owner, steps);
    return () => void this.#stops.delete(owner);
  }

  offerTicks(owner: string, ticks: readonly StepTick[]): () => void {
    this.#ticks.set(owner, ticks);
    return () => void this.#ticks.delete(owner);
  }

  offerRange(owner: string, first: number, last: number): () => void {
    this.#ranges.set(owner, [first, last]);
    return () => void this.#ranges.delete(owner);
  }

  /** Chooses a step within the range; null follows the newest. */
  set(step: number | null): void {
    const range = this.range;
    this.step = step === null || range === null ? step : Math.min(Math.max(Math.round(step), range[0]), range[1]);
  }

  /** Moves by `count` stops; where nobody offers stops, by a hundredth of the range. */
  move(count: number): void {
    const range = this.range;
    const at = this.shown;
    if (range === null || at === null) return;
    const stops = this.stops;
    if (stops.length === 0) {
      this.set(at + count * Math.max(1, Math.round((range[1] - range[0]) / 100)));
      return;
    }
    const after = stops.findIndex((stop) => stop > at);
    const next = after < 0 ? stops.length : after;
    const previous = stops[next - 1] === at ? next - 2 : next - 1;
    const index = count > 0 ? next + count - 1 : previous + count + 1;
    this.set(stops[Math.min(Math.max(index, 0), stops.length - 1)] ?? null);
  }
}
