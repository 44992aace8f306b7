/** Cards of several tags that a person put together. */

import type { TagInfo } from "../../api/source";
import type { ComposedChart } from "./arrangement";
import type { CardSubject } from "./subjects";

/** Names of tags without the segments that all of them begin with. */
export function shortNames(tags: readonly string[]): { readonly common: string; readonly names: readonly string[] } {
  const split = tags.map((tag) => tag.split("/"));
  const shortest = Math.min(...split.map((segments) => segments.length - 1));
  let same = 0;
  while (same < shortest && split.every((segments) => segments[same] === split[0]?.[same])) same += 1;
  return { common: (split[0] ?? []).slice(0, same).join("/"), names: split.map((segments) => segments.slice(same).join("/")) };
}

/** Titles name so many tags. */
const MOST_NAMED = 3;

export function titleOf(tags: readonly string[]): string {
  const { common, names } = shortNames(tags);
  const listed = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "");
  return common === "" ? listed : `${common}: ${listed}`;
}

/** A card of several tags. Those that the log has not are named, not drawn; null where it has none of them. */
export function composedSubject(chart: ComposedChart, tagOf: (name: string) => TagInfo | undefined): CardSubject | null {
  const found = chart.tags.map(tagOf).filter((tag) => tag !== undefined);
  if (found.length === 0) return null;
  const names = new Map(chart.tags.map((tag, index) => [tag, shortNames(chart.tags).names[index] ?? tag]));
  return {
    key: chart.id,
    title: chart.title || titleOf(chart.tags),
    path: chart.tags[0] as string,
    tags: found,
    roles: found.length > 1 || chart.tags.length > 1 ? found.map(({ tag }) => names.get(tag) ?? tag) : [],
    chart,
    missing: chart.tags.filter((tag) => tagOf(tag) === undefined),
  };
}

/** Tags that stand in charts of several and in no card of their own. */
export function absorbedTags(charts: readonly ComposedChart[]): ReadonlySet<string> {
  return new Set(charts.flatMap((chart) => (chart.alone ? [] : chart.tags)));
}
