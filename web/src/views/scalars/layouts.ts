/** A layout of the Scalars view as the link says it, and as a file that people hand on. */

import { readOwnFile } from "../../lib/json";
import { arrangementOf, parseArrangement, writeArrangement } from "./arrangement";
import { parseAxes, parsePins, writeAxes, writePins } from "./links";

/** Parameters of the link that make a layout; the data and the runs shown are none of it. */
export const LAYOUT_PARAMS = ["layout", "pins", "axes", "cards"] as const;

export type Layout = Partial<Record<(typeof LAYOUT_PARAMS)[number], string>>;

const FORMAT = "glassboard layout";
const VERSION = 1;
const CARD_SIZES: readonly unknown[] = ["small", "large"];

export function layoutOf(param: (name: string) => string): Layout {
  const layout: Layout = {};
  for (const name of LAYOUT_PARAMS) {
    const value = param(name);
    if (value !== "") layout[name] = value;
  }
  return layout;
}

export function sameLayout(a: Layout, b: Layout): boolean {
  return LAYOUT_PARAMS.every((name) => (a[name] ?? "") === (b[name] ?? ""));
}

function parsed(param: keyof Layout, value: string): unknown {
  if (param === "layout") return JSON.parse(writeArrangement(parseArrangement(value)) || "{}") as unknown;
  if (param === "axes") return Object.fromEntries(parseAxes(value));
  return param === "pins" ? parsePins(value) : value;
}

/** The layout as a file: JSON that people read and change. */
export function writeLayoutFile(name: string, layout: Layout): string {
  const content = Object.fromEntries(LAYOUT_PARAMS.flatMap((param) => {
    const value = layout[param];
    return value === undefined ? [] : [[param, parsed(param, value)]];
  }));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, name, ...content }, null, 2)}\n`;
}

/** The layout in a file. Throws with a sentence for the reader where the file holds none; what makes no sense in it is left out. */
export function readLayoutFile(text: string): { readonly name: string; readonly layout: Layout } {
  const { name, layout, pins, axes, cards } = readOwnFile(text, FORMAT, VERSION, "layout");
  const read: Layout = {};
  const arrangement = writeArrangement(arrangementOf(layout));
  if (arrangement !== "") read.layout = arrangement;
  const pinned = writePins(parsePins(JSON.stringify(pins ?? [])));
  if (pinned !== "") read.pins = pinned;
  const own = writeAxes(parseAxes(JSON.stringify(axes ?? null)));
  if (own !== "") read.axes = own;
  if (CARD_SIZES.includes(cards)) read.cards = cards as string;
  return { name: typeof name === "string" ? name : "", layout: read };
}
