/** Charts of Custom Scalars: laid out by runs, or made in the page. From layouts to cards. */

import type { LayoutCategory, LayoutChart, TagInfo } from "../../api/source";
import { compilePattern } from "../../lib/pattern";
import { compileFilter } from "../../lib/textfilter";
import { shortNames } from "./composed";
import type { Margin } from "./margins";
import type { CardGroup } from "./sections";
import type { CardSubject } from "./subjects";

/** A chart that someone made in the page. */
export type MadeChart = LayoutChart & { readonly category: string };

/** More was not made by hand; a link of more would be none. */
const MOST_MADE = 500;
const LONGEST = 2000;

/**
 * A regular expression as TensorBoard means it: Python's, matched from the beginning of the tag on. What JavaScript writes otherwise is
 * translated; null with the reason where it is none.
 */
export function tagPattern(expression: string): { readonly matches: (tag: string) => boolean; readonly error: string | null } {
  const flags = /^\(\?([aims]+)\)/.exec(expression);
  const source = expression
    .slice(flags?.[0].length ?? 0)
    .replaceAll("(?P<", "(?<")
    .replace(/\(\?P=(\w+)\)/g, "\\k<$1>")
    .replaceAll("\\A", "^")
    .replaceAll("\\Z", "$");
  const { pattern, error, looked } = compilePattern(`^(?:${source})`, (flags?.[1] ?? "").replace(/[^ims]/g, ""));
  if (pattern !== null) return { matches: (tag) => pattern.test(looked(tag)), error: null };
  return { matches: () => false, error: (error ?? "").replace(/^Not a regular expression/, `${expression} is no regular expression`).replace(/^Could take/, `${expression} could take`) };
}

export interface CustomCard {
  readonly subject: CardSubject;
  /** What of it cannot be drawn, and why. */
  readonly problems: readonly string[];
  /** Of the made ones its place among them. */
  readonly made: number | null;
}

/** What a chart draws of the tags that are there, and what it cannot. */
export function customCard(chart: LayoutChart, key: string, tags: readonly TagInfo[], made: number | null = null): CustomCard {
  const found = new Map<string, TagInfo>();
  const problems: string[] = [];
  const margins: Margin[] = [];
  if (chart.kind === "multiline") {
    for (const expression of chart.tags) {
      const { matches, error } = tagPattern(expression);
      const own = tags.filter(({ tag }) => matches(tag));
      own.forEach((tag) => found.set(tag.tag, tag));
      if (error !== null) problems.push(error);
      else if (own.length === 0) problems.push(`No tag matches ${expression}`);
    }
    if (chart.tags.length === 0) problems.push("The chart names no tags");
  } else {
    const byName = new Map(tags.map((tag) => [tag.tag, tag]));
    for (const margin of chart.series) {
      const parts = [["value", margin.value], ["lower bound", margin.lower], ["upper bound", margin.upper]] as const;
      const unnamed = parts.filter(([, name]) => name === "").map(([part]) => part);
      const absent = parts.filter(([, name]) => name !== "" && !byName.has(name)).map(([, name]) => name);
      if (unnamed.length > 0) problems.push(`A band wants three tags; this one names no ${unnamed.join(" and no ")}`);
      if (absent.length > 0) problems.push(`No run has ${absent.join(", ")}`);
      if (byName.has(margin.value)) margins.push(margin);
      for (const [, name] of parts) {
        const tag = byName.get(name);
        if (tag && byName.has(margin.value)) found.set(name, tag);
      }
    }
    if (chart.series.length === 0) problems.push("A band wants three tags; the chart names none");
  }
  const drawn = [...found.values()];
  const names = chart.kind === "margin" ? [...new Set(margins.map(({ value }) => value))] : drawn.map(({ tag }) => tag);
  const short = new Map(names.map((name, index) => [name, shortNames(names).names[index] ?? name]));
  const subject: CardSubject = {
    key,
    title: chart.title || "untitled",
    path: chart.title,
    tags: drawn,
    roles: drawn.length > 1 && names.length > 1 ? drawn.map(({ tag }) => short.get(tag) ?? tag) : [],
    ...(chart.kind === "margin" ? { margins } : {}),
  };
  return { subject, problems, made };
}

const sameChart = (a: LayoutChart, b: LayoutChart) => JSON.stringify([a.title, a.kind, a.tags, a.series]) === JSON.stringify([b.title, b.kind, b.tags, b.series]);

/** The categories with their cards: those of runs, then what was made in the page, in its category where there is one of that title. */
export function customGroups(categories: readonly LayoutCategory[], made: readonly MadeChart[], tags: readonly TagInfo[], filter: string): { readonly groups: CardGroup[]; readonly cards: ReadonlyMap<string, CustomCard> } {
  const wanted = compileFilter(filter);
  const cards = new Map<string, CustomCard>();
  const titles = [...new Set([...categories.map(({ title }) => title), ...made.map(({ category }) => category)])];
  const groups = titles.map((title): CardGroup => {
    const laid = categories.find((category) => category.title === title)?.charts ?? [];
    const all = [
      ...laid.map((chart, index) => customCard(chart, JSON.stringify([title, index]), tags)),
      ...made.flatMap((chart, index) => (chart.category === title && !laid.some((one) => sameChart(one, chart)) ? [customCard(chart, JSON.stringify([title, "made", index]), tags, index)] : [])),
    ].filter(({ subject }) => wanted.matches(subject.title) || subject.tags.some(({ tag }) => wanted.matches(tag)));
    for (const card of all) cards.set(card.subject.key, card);
    return { id: title, title: title || "untitled", section: false, cards: all.map(({ subject }) => subject), groups: [], count: all.length };
  });
  return { groups: groups.filter(({ count }) => count > 0), cards };
}

const text = (value: unknown): string => (typeof value === "string" ? value.slice(0, LONGEST) : "");

/** Made charts as a link, this browser or a file says them; what makes no sense is left out. */
export function parseMade(json: string): MadeChart[] {
  let found: unknown = null;
  try {
    found = JSON.parse(json || "null");
  } catch {
    // Cut short: nothing was made.
  }
  if (!Array.isArray(found)) return [];
  return found.slice(0, MOST_MADE).flatMap((value: unknown): MadeChart[] => {
    if (value === null || typeof value !== "object") return [];
    const { category, title, kind, tags, series } = value as Record<string, unknown>;
    if (kind !== "multiline" && kind !== "margin") return [];
    const rows = (Array.isArray(series) ? series : []).slice(0, MOST_MADE).filter((row): row is Record<string, unknown> => row !== null && typeof row === "object");
    return [{
      category: text(category), title: text(title), kind,
      tags: kind === "multiline" && Array.isArray(tags) ? tags.slice(0, MOST_MADE).map(text).filter((tag) => tag !== "") : [],
      series: kind === "margin" ? rows.map(({ value: middle, lower, upper }) => ({ value: text(middle), lower: text(lower), upper: text(upper) })) : [],
    }];
  });
}

export function writeMade(charts: readonly MadeChart[]): string {
  return charts.length > 0 ? JSON.stringify(charts) : "";
}

/** What is kept in this browser and what a link brings, each chart once. */
export function union(kept: readonly MadeChart[], linked: readonly MadeChart[]): MadeChart[] {
  const all = new Map([...kept, ...linked].map((chart) => [JSON.stringify([chart.category, chart.title, chart.kind, chart.tags, chart.series]), chart]));
  return [...all.values()];
}
