/** Which sample of a series is shown for a step. */

import { indexAtOrBefore, nearestIndex } from "../../lib/nearest";

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

/** Neighbours worth loading before they are asked for, the likeliest first. */
export function neighbours(index: number, count: number, reach: number): number[] {
  const around: number[] = [];
  for (let distance = 1; distance <= reach; distance += 1) {
    if (index + distance < count) around.push(index + distance);
    if (index - distance >= 0) around.push(index - distance);
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

/** Width an image is drawn at where `room` is there: all of it, in whole multiples of a small image whose pixels are to be seen. Below three times, filling the room counts for more. */
export function shownWidth(width: number, room: number, crisp: boolean): number {
  return crisp && width * 3 <= room ? Math.floor(room / width) * width : room;
}

/** Whether enlarged pixels are drawn as squares: asked for, or the image is small enough that one wants to see them. */
export function isCrisp(choice: "auto" | "crisp" | "smooth", width: number, height: number): boolean {
  return choice === "auto" ? Math.max(width, height) <= 160 : choice === "crisp";
}
