/**
 * How a person arranged the cards of the Scalars view: charts of several tags, sections, order, sizes, settings of groups.
 * Plain values and functions that give new ones; `parseArrangement` reads what a link or a file says with care.
 */

import type { FixedEnds, YScale } from "../../charts/line";

/** Several tags in one chart. */
export interface ComposedChart {
  /** Names the card in links; never the name of a tag. */
  readonly id: string;
  /** Empty: made of the tags. */
  readonly title: string;
  readonly tags: readonly string[];
  /** Tags read on the axis at the right; null leaves it to their ranges. */
  readonly right: readonly string[] | null;
  /** Its tags have charts of their own too. */
  readonly alone: boolean;
}

export interface CardSection {
  readonly name: string;
  readonly cards: readonly string[];
}

export interface CardSize {
  /** Columns of the grid; 0 is all of them. */
  readonly columns: number;
  /** Of the chart in CSS pixels; null is that of the view. */
  readonly height: number | null;
}

/** What all charts of a group have in common; null is that of the view. */
export interface GroupSettings extends FixedEnds {
  readonly scale: YScale | null;
  readonly smoothing: number | null;
}

export interface Arrangement {
  readonly charts: readonly ComposedChart[];
  /** Made by the person; a card is in one at most. */
  readonly sections: readonly CardSection[];
  /** By path of a group: keys of its cards that were put into order; the others follow in their natural one. */
  readonly order: ReadonlyMap<string, readonly string[]>;
  /** Sections (`sectionId`) and groups in order; the others follow. */
  readonly places: readonly string[];
  readonly sizes: ReadonlyMap<string, CardSize>;
  readonly groups: ReadonlyMap<string, GroupSettings>;
}

export const UNARRANGED: Arrangement = { charts: [], sections: [], order: new Map(), places: [], sizes: new Map(), groups: new Map() };
export const PLAIN_GROUP: GroupSettings = { scale: null, min: null, max: null, smoothing: null };
export const PLAIN_SIZE: CardSize = { columns: 1, height: null };

/** More lines of one run cannot be told apart. */
export const MOST_TAGS = 12;
export const SHORTEST_CARD = 100;
export const TALLEST_CARD = 900;
/** More of anything was not made by hand. */
const MOST = 2000;

/** Made by `freeId`. */
const CHART_ID = /^chart:\d{1,9}$/;
const SCALES: readonly unknown[] = ["linear", "log", "symlog"] satisfies YScale[];

/** What a section is called beside groups of tags, which may have the same name. */
export function sectionId(name: string): string {
  return `§${name}`;
}

export function isPlainGroup({ scale, min, max, smoothing }: GroupSettings): boolean {
  return scale === null && min === null && max === null && smoothing === null;
}

/** As JSON that a link and a file hold; empty where nothing was arranged. */
export function writeArrangement(arrangement: Arrangement): string {
  const { charts, sections, order, places, sizes, groups } = arrangement;
  const wire: Record<string, unknown> = {};
  if (charts.length > 0) {
    wire["charts"] = charts.map(({ id, title, tags, right, alone }) => ({ id, tags, ...(title ? { title } : {}), ...(right ? { right } : {}), ...(alone ? { alone } : {}) }));
  }
  if (sections.length > 0) wire["sections"] = sections;
  if (order.size > 0) wire["order"] = Object.fromEntries(order);
  if (places.length > 0) wire["places"] = places;
  if (sizes.size > 0) wire["sizes"] = Object.fromEntries([...sizes].map(([key, { columns, height }]) => [key, height === null ? [columns] : [columns, height]]));
  if (groups.size > 0) wire["groups"] = Object.fromEntries([...groups].map(([name, settings]) => [name, Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))]));
  return Object.keys(wire).length > 0 ? JSON.stringify(wire) : "";
}

const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object" && !Array.isArray(value);
const entries = (value: unknown): [string, unknown][] => (isRecord(value) ? Object.entries(value).slice(0, MOST) : []);
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, MOST) : []);
const strings = (value: unknown): string[] => [...new Set(items(value).filter((one): one is string => typeof one === "string"))];
const numberOr = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

function chartOf(value: unknown): ComposedChart[] {
  if (!isRecord(value) || typeof value["id"] !== "string" || !CHART_ID.test(value["id"])) return [];
  const tags = strings(value["tags"]).slice(0, MOST_TAGS);
  if (tags.length === 0) return [];
  const { id, title, right, alone } = value;
  return [{ id, title: typeof title === "string" ? title : "", tags, right: Array.isArray(right) ? strings(right).filter((tag) => tags.includes(tag)) : null, alone: alone === true }];
}

function sizeOf(value: unknown): CardSize | null {
  const [columns, height] = items(value).map(numberOr);
  if (columns === null || columns === undefined || columns < 0 || !Number.isInteger(columns)) return null;
  return { columns, height: height === null || height === undefined ? null : Math.min(TALLEST_CARD, Math.max(SHORTEST_CARD, height)) };
}

function groupOf(value: unknown): GroupSettings | null {
  if (!isRecord(value)) return null;
  const scale = SCALES.includes(value["scale"]) ? (value["scale"] as YScale) : null;
  let [min, max] = [numberOr(value["min"]), numberOr(value["max"])];
  if (min !== null && max !== null && !(min < max)) min = max = null;
  const smoothing = numberOr(value["smoothing"]);
  const settings = { scale, min, max, smoothing: smoothing !== null && smoothing >= 0 && smoothing <= 0.999 ? smoothing : null };
  return isPlainGroup(settings) ? null : settings;
}

/** What makes sense of a text; nothing of one that is cut short. */
export function parseArrangement(text: string): Arrangement {
  let wire: unknown = null;
  try {
    wire = JSON.parse(text || "null");
  } catch {
    // A link that was cut: the cards are as they come.
  }
  return arrangementOf(wire);
}

export function arrangementOf(wire: unknown): Arrangement {
  if (!isRecord(wire)) return UNARRANGED;
  const ids = new Set<string>();
  const charts = items(wire["charts"]).flatMap(chartOf).filter(({ id }) => !ids.has(id) && ids.add(id));
  const names = new Set<string>();
  const placed = new Set<string>();
  const sections = items(wire["sections"]).flatMap((value): CardSection[] => {
    if (!isRecord(value) || typeof value["name"] !== "string" || value["name"] === "" || names.has(value["name"])) return [];
    names.add(value["name"]);
    const cards = strings(value["cards"]).filter((key) => !placed.has(key));
    cards.forEach((key) => placed.add(key));
    return [{ name: value["name"], cards }];
  });
  return {
    charts,
    sections,
    order: new Map(entries(wire["order"]).map(([group, keys]) => [group, strings(keys)] as const).filter(([, keys]) => keys.length > 0)),
    places: strings(wire["places"]),
    sizes: new Map(entries(wire["sizes"]).flatMap(([key, value]) => { const size = sizeOf(value); return size ? [[key, size] as const] : []; })),
    groups: new Map(entries(wire["groups"]).flatMap(([name, value]) => { const settings = groupOf(value); return settings ? [[name, settings] as const] : []; })),
  };
}
