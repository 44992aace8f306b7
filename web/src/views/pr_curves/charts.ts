/** Which curves share a chart: those of one tag over runs, or those of one run over the tags of a group (its classes). */

import { groupByFirstSegment } from "../../lib/groups";

export type Sharing = "tag" | "run";

export interface Pair {
  readonly run: string;
  readonly tag: string;
}

export interface PrChart {
  readonly id: string;
  readonly title: string;
  /** What the curves have in common beside the title: the run, where they are those of one run. */
  readonly run: string | null;
  readonly lines: readonly Pair[];
}

/** With one run its classes belong together; with several, the runs of one class do. */
export function defaultSharing(pairs: readonly Pair[]): Sharing {
  return new Set(pairs.map((pair) => pair.run)).size > 1 ? "tag" : "run";
}

export function chartsOf(pairs: readonly Pair[], sharing: Sharing): PrChart[] {
  if (sharing === "tag") {
    const tags = [...new Set(pairs.map((pair) => pair.tag))];
    return tags.map((tag) => ({ id: tag, title: tag, run: null, lines: pairs.filter((pair) => pair.tag === tag) }));
  }
  const runs = [...new Set(pairs.map((pair) => pair.run))];
  return runs.flatMap((run) =>
    groupByFirstSegment(pairs.filter((pair) => pair.run === run), (pair) => pair.tag).map((group) => ({
      id: `${run}\n${group.name}`,
      title: group.items.length === 1 ? (group.items[0] as Pair).tag : group.name,
      run,
      lines: group.items,
    })),
  );
}

/** The part of the tags that differs: the class, without the name that all of them begin with. */
export function shortNames(tags: readonly string[]): string[] {
  if (tags.length < 2) return [...tags];
  const first = tags[0] as string;
  let same = 0;
  while (same < first.length && tags.every((tag) => tag[same] === first[same])) same += 1;
  const cut = first.lastIndexOf("/", same - 1) + 1;
  return tags.map((tag) => tag.slice(cut));
}
