/** Which sample of a series is shown for a step. */

import { indexAtOrBefore, nearestIndex } from "./nearest";

/**
 * Index of the sample shown at `step`: the newest at or before it, the first where all are later, the last where no step is chosen.
 * `chosen` is kept where its step is the same: samples logged without a step all have step 0 and must stay reachable.
 */
export function sampleAt(steps: readonly number[], step: number | null, chosen: number | null): number {
  if (steps.length === 0) return -1;
  if (step === null) return steps.length - 1;
  const index = Math.max(0, indexAtOrBefore(steps, step));
  return chosen !== null && chosen < steps.length && steps[chosen] === steps[index] ? chosen : index;
}

/** Index of the sample meant by a step that was typed: the one at it, else the closest. */
export function sampleTyped(steps: readonly number[], typed: string): number | null {
  const step = Number(typed.replaceAll(/[\s,_]/g, ""));
  if (typed.trim() === "" || !Number.isFinite(step) || steps.length === 0) return null;
  return nearestIndex(steps, step);
}

export interface Moved {
  readonly steps: readonly number[];
  readonly count: number;
  /** It shows a step of its own, while others follow the page's. */
  readonly held: boolean;
  moveTo(index: number): void;
}

/** Moves a series to one of its samples, and those shown beside it to the same step: `linked` ones that hold none follow the page's by themselves. */
export function moveTogether(series: Moved, beside: readonly Moved[], index: number, linked: boolean): void {
  const next = Math.min(series.count - 1, Math.max(0, index));
  const step = series.steps[next];
  series.moveTo(next);
  if (step === undefined) return;
  for (const one of beside) {
    if (one !== series && (one.held || !linked)) one.moveTo(Math.max(0, indexAtOrBefore(one.steps, step)));
  }
}

/** Neighbours worth loading before they are asked for, the likeliest first: `ahead` is the way one goes, 1 or -1. */
export function neighbours(index: number, count: number, reach: number, ahead = 1): number[] {
  const around: number[] = [];
  for (let distance = 1; distance <= reach; distance += 1) {
    for (const near of [index + ahead * distance, index - ahead * distance]) {
      if (near >= 0 && near < count) around.push(near);
    }
  }
  return around;
}

/** How far to load ahead: a whole series of small images, a few large ones. */
export function reachFor(bytes: readonly number[]): number {
  const total = bytes.reduce((sum, size) => sum + size, 0);
  if (total <= 2 << 20) return Math.min(bytes.length, 64);
  const average = total / Math.max(1, bytes.length);
  return average < 256 << 10 ? 4 : 1;
}
