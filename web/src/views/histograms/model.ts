/** Histograms as they were logged, and what is drawn of them: shares on common bins, percentiles over time. */

import type { HistogramItem } from "../../api/source";
import { formatCount } from "../../lib/format";
import type { Range } from "../../lib/range";

export interface Histogram {
  readonly step: number;
  readonly wallTime: number | null;
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly counts: Float64Array;
  /** Finite values. */
  readonly count: number;
  /** Values that are none: of each kind, and together. */
  readonly nan: number;
  readonly positive: number;
  readonly negative: number;
  readonly nonfinite: number;
  readonly error: string | null;
}

const column = (numbers: readonly (number | string)[]) => Float64Array.from(numbers, Number);

export function histogramOf(item: HistogramItem): Histogram {
  const counts = column(item.counts);
  return {
    step: item.step,
    wallTime: item.wall_time,
    left: column(item.left_edges),
    right: column(item.right_edges),
    counts,
    count: counts.reduce((sum, one) => sum + one, 0),
    nan: item.nan_count,
    positive: item.positive_infinity_count,
    negative: item.negative_infinity_count,
    nonfinite: item.nan_count + item.positive_infinity_count + item.negative_infinity_count,
    error: item.error,
  };
}

/** Smallest and largest value of all; null where none holds a finite value. */
export function extentOf(histograms: readonly Histogram[]): Range | null {
  let [min, max] = [Infinity, -Infinity];
  for (const { left, right, counts } of histograms) {
    for (let index = 0; index < counts.length; index += 1) {
      if (!((counts[index] as number) > 0)) continue;
      min = Math.min(min, left[index] as number);
      max = Math.max(max, right[index] as number);
    }
  }
  return min <= max ? [min, max] : null;
}

/** The one value that all of them hold and nothing else; null where there are several. */
export function constantOf(histograms: readonly Histogram[]): number | null {
  const extent = extentOf(histograms);
  return extent !== null && extent[0] === extent[1] ? extent[0] : null;
}

/** "3 NaN, 2 +Inf": what is not finite, by kind. */
export function nonfiniteText({ nan, positive, negative }: Pick<Histogram, "nan" | "positive" | "negative">): string {
  const kinds = [[nan, "NaN"], [positive, "+Inf"], [negative, "-Inf"]] as const;
  return kinds.filter(([count]) => count > 0).map(([count, name]) => `${formatCount(count)} ${name}`).join(", ");
}

/** Which share of the values lies in each of `bins` equal stretches of the range; a bucket is spread evenly over its width. */
export function resample({ left, right, counts, count }: Histogram, [low, high]: Range, bins: number): Float64Array {
  const shares = new Float64Array(bins);
  const width = (high - low) / bins;
  if (!(width > 0) || count === 0) return shares;
  const last = bins - 1;
  const binOf = (value: number) => Math.min(last, Math.max(0, Math.floor((value - low) / width)));
  for (let index = 0; index < counts.length; index += 1) {
    const [from, to, share] = [left[index] as number, right[index] as number, (counts[index] as number) / count];
    if (!(share > 0)) continue;
    const [first, final] = [binOf(from), binOf(to)];
    if (first === final || !(to > from)) {
      shares[first] = (shares[first] as number) + share;
      continue;
    }
    for (let bin = first; bin <= final; bin += 1) {
      const inside = Math.min(to, low + (bin + 1) * width) - Math.max(from, low + bin * width);
      shares[bin] = (shares[bin] as number) + (share * Math.max(0, inside)) / (to - from);
    }
  }
  return shares;
}

/** What TensorBoard's distributions draw: the extremes, the median, and one, a half and one and a half deviations of a normal distribution. */
export const PERCENTILES = [0, 6.68, 15.87, 30.85, 50, 69.15, 84.13, 93.32, 100] as const;

/** The values below which these percentages lie, straight within a bucket; NaN where there is no finite value. */
export function percentiles({ left, right, counts, count }: Histogram, wanted: readonly number[] = PERCENTILES): number[] {
  const filled = [...counts.keys()].filter((index) => (counts[index] as number) > 0);
  const final = filled[filled.length - 1];
  if (final === undefined) return wanted.map(() => NaN);
  return wanted.map((percent) => {
    const target = (percent / 100) * count;
    let below = 0;
    for (const index of filled) {
      const here = counts[index] as number;
      if (below + here >= target) return (left[index] as number) + ((right[index] as number) - (left[index] as number)) * Math.max(0, (target - below) / here);
      below += here;
    }
    return right[final] as number;
  });
}

/** At most `most` of the items, evenly, the last one always among them. */
export function thinned<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as Item);
}
