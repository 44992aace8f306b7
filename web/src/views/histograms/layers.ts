/** The layers of a network one below the other, as they were logged, and the numbers that tell them apart. */

import type { TagInfo } from "../../api/source";
import type { Range } from "../../lib/range";
import { percentiles, type Histogram } from "./model";

/** In the order in which the run logged them, which is the network's where its parameters were logged in turn. */
export function inNetworkOrder<Tag extends Pick<TagInfo, "order">>(tags: readonly Tag[]): readonly Tag[] {
  return tags.map((tag, at) => [tag, at] as const).sort(([a, i], [b, j]) => (a.order ?? 0) - (b.order ?? 0) || i - j).map(([tag]) => tag);
}

/** What of a layer a tag is of: `weight`, `bias`, `grad`; tags of one part share an axis. */
export function partOf(tag: string): string {
  return tag.split(/[/.]/).pop() ?? tag;
}

/** The folders that all tags lie in: they say nothing of a layer. */
export function sharedFolders(tags: readonly string[]): string {
  const [first = "", ...others] = tags.map((tag) => tag.slice(0, tag.lastIndexOf("/") + 1));
  let shared = first;
  while (shared !== "" && !others.every((folder) => folder.startsWith(shared))) shared = shared.slice(0, shared.slice(0, -1).lastIndexOf("/") + 1);
  return others.length > 0 ? shared : "";
}

export interface LayerNumbers {
  readonly median: number;
  /** Half of what holds the middle two thirds: the standard deviation of a normal distribution. */
  readonly spread: number;
  readonly low: number;
  readonly high: number;
}

export function numbersOf(one: Histogram): LayerNumbers {
  const [low, below, median, above, high] = percentiles(one, [0, 15.87, 50, 84.13, 100]) as [number, number, number, number, number];
  return { median, spread: (above - below) / 2, low, high };
}

/** Where the middle two thirds lie over all steps: extremes would make a flat line of them. */
export function courseRange(histograms: readonly Histogram[]): Range | null {
  const bands = histograms.filter((one) => one.count > 0).map((one) => percentiles(one, [15.87, 84.13]) as [number, number]);
  return bands.length === 0 ? null : [Math.min(...bands.map(([low]) => low)), Math.max(...bands.map(([, high]) => high))];
}

/** Where a layer has its values at a step, and over time. */
export interface LayerRanges {
  readonly values: Range;
  readonly course: Range;
}

/** The axis that the tags of one part share: everything that is known of them. */
export function sharedRange(ranges: Iterable<readonly [tag: string, range: Range]>, part: string): Range | null {
  let [low, high] = [Infinity, -Infinity];
  for (const [tag, range] of ranges) {
    if (partOf(tag) !== part) continue;
    low = Math.min(low, range[0]);
    high = Math.max(high, range[1]);
  }
  return low < high ? [low, high] : null;
}
