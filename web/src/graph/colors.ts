/** What boxes are filled with, and the legend that says so. */

import type { GraphTree } from "./hierarchy";
import { formatCost, type Cost } from "./numbers";

export const COLORINGS = ["structure", "parameters", "flops", "memory", "device", "none"] as const;
export type Coloring = (typeof COLORINGS)[number];

export interface GraphTheme {
  readonly surface: string;
  readonly accent: string;
  readonly isDark: boolean;
  /** Colours of classes, by place. */
  readonly palette: (place: number) => string;
}

export interface LegendClass {
  readonly label: string;
  readonly color: string;
  readonly count: number;
  /** Boxes of this class that are drawn. */
  readonly items: readonly number[];
}

export interface ColorPlan {
  /** Null: as the surface. */
  readonly fill: (item: number) => string | null;
  readonly classes: readonly LegendClass[];
  /** Colours from the least to the most, where they tell an amount. */
  readonly ramp: { readonly colors: readonly string[]; readonly low: string; readonly high: string; readonly what: string } | null;
}

/** Classes that have a colour of their own; the others share one. */
const MOST_CLASSES = 11;
const WORDS: Readonly<Record<Cost, string>> = { parameters: "parameters", flops: "floating-point operations", memory: "bytes of outputs" };

export function colorPlan(tree: GraphTree, items: readonly number[], coloring: Coloring, theme: GraphTheme): ColorPlan {
  if (coloring === "none") return { fill: () => null, classes: [], ramp: null };
  if (coloring === "structure" || coloring === "device") return byClass(items, (item) => (coloring === "device" ? deviceOf(tree, item) : structureOf(tree, item)), theme);
  return byAmount(tree, items, coloring, theme);
}

function byClass(items: readonly number[], classOf: (item: number) => string, theme: GraphTheme): ColorPlan {
  const members = new Map<string, number[]>();
  for (const item of items) {
    const name = classOf(item);
    const known = members.get(name);
    if (known) known.push(item);
    else members.set(name, [item]);
  }
  const ordered = [...members].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  // A class keeps its colour while others come and go with the groups that are opened: its place follows from its name.
  const taken = new Set<number>();
  const colors = new Map<string, string>();
  for (const [name] of ordered.slice(0, MOST_CLASSES)) {
    let place = hashed(name) % (MOST_CLASSES + 2);
    while (taken.has(place)) place = (place + 1) % (MOST_CLASSES + 2);
    taken.add(place);
    colors.set(name, theme.palette(place));
  }
  const tint = (color: string): string => mix(color, theme.surface, theme.isDark ? 0.7 : 0.78);
  const classes = ordered.slice(0, MOST_CLASSES).map(([label, of]) => ({ label, color: tint(colors.get(label)!), count: of.length, items: of }));
  const rest = ordered.slice(MOST_CLASSES).flatMap(([, of]) => of);
  if (rest.length > 0) classes.push({ label: "others", color: theme.surface, count: rest.length, items: rest });
  return {
    fill: (item) => {
      const color = colors.get(classOf(item));
      return color === undefined ? null : tint(color);
    },
    classes,
    ramp: null,
  };
}

function byAmount(tree: GraphTree, items: readonly number[], cost: Cost, theme: GraphTheme): ColorPlan {
  const most = Math.max(0, ...items.map((item) => tree[cost](item)));
  const color = (share: number): string => mix(theme.accent, theme.surface, 1 - share * (theme.isDark ? 0.5 : 0.62));
  return {
    // The eye compares areas: a square root keeps what is small apart from nothing.
    fill: (item) => (most > 0 && tree[cost](item) > 0 ? color(0.1 + 0.9 * Math.sqrt(tree[cost](item) / most)) : null),
    classes: [],
    ramp: { colors: Array.from({ length: 8 }, (_, at) => color(0.1 + (0.9 * at) / 7)), low: formatCost(cost, 0), high: formatCost(cost, most), what: WORDS[cost] },
  };
}

/** Modules of one class, operations of one name, and scopes that hold the same operations are alike. */
export function structureOf(tree: GraphTree, item: number): string {
  if (!tree.isGroup(item) || tree.module(item)) return tree.type(item) || "unnamed";
  const known = signatures.get(tree);
  const cache = known ?? new Map<number, string>();
  if (!known) signatures.set(tree, cache);
  const found = cache.get(item);
  if (found !== undefined) return found;
  const counts = new Map<string, number>();
  for (const leaf of tree.leaves(item)) {
    const op = tree.model.op(leaf);
    counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  const [[op, count] = ["", 0]] = [...counts].sort((a, b) => b[1] - a[1]);
  const kinds = counts.size;
  const name = kinds === 1 ? `${count} ${op}` : `${tree.group(item).leafCount} nodes of ${kinds} operations`;
  cache.set(item, name);
  return name;
}

const signatures = new WeakMap<GraphTree, Map<number, string>>();

function deviceOf(tree: GraphTree, item: number): string {
  const devices = new Set(tree.leaves(item).map((leaf) => tree.model.device(leaf)));
  if (devices.size > 1) return "several devices";
  return [...devices][0] || "no device given";
}

function hashed(text: string): number {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619) >>> 0;
  return hash;
}

/** `share` of the other colour; both #rrggbb. */
export function mix(color: string, other: string, share: number): string {
  const channel = (at: number): string => {
    const of = (hex: string): number => parseInt(hex.slice(at, at + 2), 16);
    return Math.round(of(color) * (1 - share) + of(other) * share).toString(16).padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
