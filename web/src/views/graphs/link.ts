/** What the view keeps in the page's link, as one JSON text; a link that was cut or changed by hand still opens. */

import { COLORINGS, type Coloring } from "../../graph/colors";
import type { Direction } from "../../graph/trace";

export interface GraphLink {
  run: string | null;
  tag: string | null;
  /** Number of the sample; null for the newest. */
  sample: number | null;
  /** Paths of groups opened and closed against what the page opens by itself. */
  opened: readonly string[];
  closed: readonly string[];
  selected: string | null;
  color: Coloring;
  trace: Direction | null;
  /** Draw boxes of many neighbours apart. */
  extract: boolean;
  table: boolean;
  find: string;
  /** A tag that names a parameter: its module is looked for and selected. */
  parameter: string | null;
}

export const EMPTY: GraphLink = { run: null, tag: null, sample: null, opened: [], closed: [], selected: null, color: "structure", trace: null, extract: true, table: true, find: "", parameter: null };
const MOST_PATHS = 400;

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string").slice(0, MOST_PATHS) : []);

export function readLink(said: string): GraphLink {
  let found: unknown = null;
  try {
    found = JSON.parse(said || "null");
  } catch {
    // Cut short: the view opens as it comes.
  }
  if (found === null || typeof found !== "object" || Array.isArray(found)) return EMPTY;
  const link = found as Record<string, unknown>;
  return {
    run: text(link.run),
    tag: text(link.tag),
    sample: typeof link.sample === "number" && Number.isInteger(link.sample) && link.sample >= 0 ? link.sample : null,
    opened: texts(link.opened),
    closed: texts(link.closed),
    selected: text(link.selected),
    color: COLORINGS.find((one) => one === link.color) ?? "structure",
    trace: (["up", "down", "both"] as const).find((one) => one === link.trace) ?? null,
    extract: link.extract !== false,
    table: link.table !== false,
    find: text(link.find) ?? "",
    parameter: text(link.parameter),
  };
}

/** Empty where everything is as it comes. */
export function writeLink(link: GraphLink): string {
  const own = Object.entries(link).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(EMPTY[name as keyof GraphLink]));
  return own.length === 0 ? "" : JSON.stringify(Object.fromEntries(own));
}
