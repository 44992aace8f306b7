/** Which curves say how the runs are doing, and the lines of their charts. */

import type { ScalarSeries, SeriesRef, TagInfo } from "../../api/source";
import type { Line } from "../../charts/line";
import { sideOf } from "../../lib/sides";
import { nameScore } from "../../state/metric";

/** Training and held-out tags of one quantity, or one tag. */
export interface OverviewChart {
  readonly title: string;
  /** Training first. */
  readonly tags: readonly TagInfo[];
}

/** More charts are what the Scalars view is for. */
const MOST_CHARTS = 6;
/** Of more lines in a small chart only the held-out ones are drawn. */
const MOST_PAIRED_LINES = 12;
/** More lines in a small chart say no more. */
export const MOST_RUNS = 40;
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3]];

/** The chart of the metric first, then losses and qualities, then what most runs have. Single points are no curves. */
export function chartsThatMatter(tags: readonly TagInfo[], metric: string | null, most = MOST_CHARTS): OverviewChart[] {
  const groups = new Map<string, TagInfo[]>();
  for (const tag of tags) {
    if (!tag.counts.some((count) => count > 1)) continue;
    const stem = sideOf(tag.tag)?.stem ?? tag.tag;
    groups.set(stem, [...(groups.get(stem) ?? []), tag]);
  }
  const rank = (members: readonly TagInfo[]): number =>
    (members.some(({ tag }) => tag === metric) ? 100 : 0) + Math.max(...members.map(({ tag }) => nameScore(tag)));
  const coverage = (members: readonly TagInfo[]): number => Math.max(...members.map(({ runs }) => runs.length));
  const sorted = [...groups].sort(([, a], [, b]) => rank(b) - rank(a) || coverage(b) - coverage(a));
  // Where names say something, what says nothing stays away.
  const telling = sorted.filter(([, members]) => rank(members) > 0);
  return (telling.length > 0 ? telling : sorted).slice(0, most).map(([stem, members]) => {
    const ordered = [...members].sort((a, b) => (sideOf(a.tag)?.rank ?? 0) - (sideOf(b.tag)?.rank ?? 0)).slice(0, DASHES.length);
    return { title: ordered.length > 1 ? stem : (ordered[0]?.display_name || ordered[0]?.tag) ?? stem, tags: ordered };
  });
}

/** The tags that are drawn for so many runs: all, or where that is too much the last, which was held out. */
export function drawnTags(chart: OverviewChart, runs: number): readonly TagInfo[] {
  return runs * chart.tags.length <= MOST_PAIRED_LINES ? chart.tags : chart.tags.slice(-1);
}

export function refsOf(chart: OverviewChart, runsOf: (tag: TagInfo) => readonly string[], shown: ReadonlySet<string>): SeriesRef[] {
  return drawnTags(chart, shown.size).flatMap((tag) => runsOf(tag).filter((run) => shown.has(run)).map((run) => ({ run, tag: tag.tag })));
}

export function linesOf(chart: OverviewChart, series: readonly ScalarSeries[], color: (run: string) => string): Line[] {
  const drawn = new Set(series.map(({ tag }) => tag));
  const tags = chart.tags.filter(({ tag }) => drawn.has(tag));
  return series.flatMap(({ run, tag, columns }) => {
    const place = tags.findIndex((one) => one.tag === tag);
    if (columns === null || place < 0) return [];
    return {
      key: JSON.stringify([run, tag]),
      label: tags.length > 1 ? `${run}, ${sideOf(tag)?.word ?? tag}` : run,
      color: color(run),
      dash: DASHES[place] ?? [],
      x: columns.x,
      value: columns.value,
      smoothed: columns.smoothed,
      nonfinite: { x: columns.nonfinite_x, kind: columns.nonfinite_kind },
    };
  });
}

/** "train, val dashed": what tells the lines of one run apart. */
export function roleNote(chart: OverviewChart, drawn: readonly TagInfo[]): string {
  const words = drawn.map(({ tag }) => sideOf(tag)?.word ?? tag);
  if (words.length > 1) return `${words[0]}, ${words[1]} dashed${words[2] ? `, ${words[2]} dotted` : ""}`;
  return chart.tags.length > 1 ? `${words[0]} only` : "";
}
