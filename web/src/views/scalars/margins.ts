/** Margin charts: a line with a band between two others, made of three tags of one run. */

import { valueAt } from "./bands";
import type { RunLine } from "./lines";

export interface Margin {
  readonly value: string;
  readonly lower: string;
  readonly upper: string;
}

/**
 * One line for each run and margin whose value tag it has, with a band where it has both bounds. The bounds are read at the line's own x,
 * on the straight line between their neighbours; beyond their ends the band closes.
 */
export function marginLines(lines: readonly RunLine[], margins: readonly Margin[]): RunLine[] {
  const newest = new Map(lines.filter((line) => line.segment === null).map((line) => [JSON.stringify([line.run, line.tag]), line]));
  const of = (run: string, tag: string) => newest.get(JSON.stringify([run, tag]));
  return margins.flatMap((margin, place) =>
    lines.filter((line) => line.tag === margin.value && line.segment === null).map((line): RunLine => {
      const [lower, upper] = [of(line.run, margin.lower), of(line.run, margin.upper)];
      const key = place === 0 ? line.key : JSON.stringify([line.key, place]);
      if (!lower || !upper) return { ...line, key };
      const center = line.smoothed ?? line.value;
      const bound = (from: RunLine) => center.map((middle, index) => {
        const at = valueAt(from.x, from.smoothed ?? from.value, line.x[index] as number);
        return Number.isNaN(at) ? middle : at;
      });
      return { ...line, key, band: { low: bound(lower), high: bound(upper) } };
    }),
  );
}
