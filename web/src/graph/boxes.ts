/** Sizes and texts of boxes, and the request that lays them out. */

import type { GraphTree } from "./hierarchy";
import type { LayoutBox, LayoutRequest } from "./layout";
import { formatCost } from "./numbers";
import type { Visible } from "./visible";

export type Shape = "group" | "module" | "operation" | "end";

export interface BoxText {
  readonly title: string;
  /** What it is, or how much is in it; empty where the title says it all. */
  readonly below: string;
  readonly shape: Shape;
  /** Names beside it: weights, and boxes that stand apart. */
  readonly beside: readonly { readonly item: number; readonly text: string; readonly isMention: boolean }[];
  readonly moreBeside: number;
}

const LETTER = 6.9;
const SMALL_LETTER = 5.7;
const MOST_LETTERS = 26;
const MOST_BESIDE = 3;
const ENDS = new Set(["Input", "Output", "Placeholder", "InputLayer", "IO Node", "Arg", "Retval"]);

/** Begin and end of a text that is too long: both tell names apart. */
export function shortened(text: string, most = MOST_LETTERS): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const tail = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - tail).join("")}…${letters.slice(-tail).join("")}`;
}

export function textOf(tree: GraphTree, visible: Visible, item: number): BoxText {
  const { model } = tree;
  const isGroup = tree.isGroup(item);
  const label = tree.label(item) || "(no name)";
  const type = tree.type(item);
  const parameters = tree.parameters(item);
  const count = isGroup && !tree.module(item) ? `${tree.group(item).leafCount.toLocaleString("en")} nodes` : "";
  const names = label.replace(/\[\d+\]$/, "");
  const below = [names === type || type === "scope" || type === "series" || type === "stretch" ? "" : type, count, parameters > 0 && isGroup ? formatCost("parameters", parameters) : ""].filter(Boolean).join(" · ");
  const weights = visible.beside.get(item) ?? [];
  const mentions = visible.mentions.get(item) ?? [];
  const all = [...weights.map((each) => ({ item: each, isMention: false })), ...mentions.map((each) => ({ item: each, isMention: true }))];
  const beside = all.slice(0, MOST_BESIDE).map((each) => ({ ...each, text: shortened(tree.label(each.item), 16) }));
  const shape: Shape = !isGroup && ENDS.has(model.op(item)) ? "end" : isGroup ? (tree.module(item) ? "module" : "group") : "operation";
  return { title: shortened(label), below: shortened(below, 34), shape, beside, moreBeside: all.length - beside.length };
}

/** Width that the names beside a box take, at its left. */
export function besideWidth({ beside, moreBeside }: BoxText): number {
  if (beside.length === 0) return 0;
  return Math.max(...beside.map(({ text }) => [...text].length), moreBeside > 0 ? 7 : 0) * SMALL_LETTER + 18;
}

/** Of the box alone, without what stands beside it. */
export function boxSize(text: BoxText, isGroup: boolean): readonly [width: number, height: number] {
  const width = Math.max([...text.title].length * LETTER + (isGroup ? 42 : 24), [...text.below].length * SMALL_LETTER + 24, 64);
  return [Math.round(width), text.below ? 38 : 26];
}

export const HEAD = 26;

export function layoutRequest(tree: GraphTree, visible: Visible, texts: ReadonlyMap<number, BoxText>): LayoutRequest {
  const boxes: LayoutBox[] = visible.open.map((group) => ({
    id: group,
    parent: tree.parent(group),
    width: group === tree.root ? 0 : Math.round([...shortened(tree.label(group))].length * LETTER + [...shortened(tree.type(group), 20)].length * SMALL_LETTER + 70),
    height: group === tree.root ? 0 : HEAD,
    isOpen: true,
    isApart: false,
  }));
  for (const item of visible.boxes) {
    const text = texts.get(item)!;
    const [width, height] = boxSize(text, tree.isGroup(item));
    const rows = text.beside.length + (text.moreBeside > 0 ? 1 : 0);
    // Room at both sides, so that lines still meet the middle of the box.
    boxes.push({ id: item, parent: tree.parent(item), width: width + 2 * besideWidth(text), height: Math.max(height, rows * 14 + 4), isOpen: false, isApart: visible.apart.has(item) });
  }
  return { boxes, edges: visible.edges.map(({ from, to }) => ({ from, to })) };
}
