/** Which tags of a chart are read on an axis of their own at the right. */

import type { YScale } from "../../charts/line";
import type { RunLine } from "./lines";

/** A tag that takes less than this share of an axis shared with the first is a flat line on it. */
const FLAT_SHARE = 0.05;

type Ends = readonly [low: number, high: number];

function endsOf(lines: readonly RunLine[]): Ends | null {
  let [low, high] = [Infinity, -Infinity];
  for (const { value, smoothed } of lines) {
    for (const column of smoothed ? [value, smoothed] : [value]) {
      for (const one of column) {
        if (one < low) low = one;
        if (one > high) high = one;
      }
    }
  }
  return low <= high ? [low, high] : null;
}

/** What a line takes of an axis that it shares: its span, or where it is constant its height. */
function shareOf([low, high]: Ends, [bottom, top]: Ends): number {
  if (!(top > bottom)) return 1;
  return (high > low ? high - low : Math.abs(high)) / (top - bottom);
}

/**
 * Tags whose lines would be flat on the axis of the first, or would flatten it. None on logarithmic axes, which hold many magnitudes.
 */
export function tagsAtRight(lines: readonly RunLine[], tags: readonly string[], yScale: YScale): ReadonlySet<string> {
  const atRight = new Set<string>();
  if (yScale !== "linear" || tags.length < 2) return atRight;
  const ends = new Map(tags.map((tag) => [tag, endsOf(lines.filter((line) => line.tag === tag))]));
  const first = tags.find((tag) => ends.get(tag)) ?? "";
  const left = ends.get(first);
  if (!left) return atRight;
  for (const [tag, own] of ends) {
    if (tag === first || !own) continue;
    const both: Ends = [Math.min(left[0], own[0]), Math.max(left[1], own[1])];
    if (Math.min(shareOf(left, both), shareOf(own, both)) < FLAT_SHARE) atRight.add(tag);
  }
  return atRight;
}

/** The lines with the axis that each is read on. */
export function sided(lines: readonly RunLine[], atRight: ReadonlySet<string>): readonly RunLine[] {
  return atRight.size === 0 ? lines : lines.map((line) => (atRight.has(line.tag) ? { ...line, side: "right" as const } : line));
}
