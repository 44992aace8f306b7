/** What is to be drawn when some groups are open: boxes, the tensors between them, and what stands beside a box. */

import type { GraphTree } from "./hierarchy";
import { tensorBytes, tensorText } from "./model";

/** One line between two boxes: every edge of the graph that runs from within one to within the other. */
export interface VisibleEdge {
  readonly from: number;
  readonly to: number;
  /** The first of its edges; `count` says how many there are. */
  readonly edges: number[];
  count: number;
  /** Bytes of all distinct tensors that flow along it. */
  bytes: number;
  /** Only control dependencies. */
  isControl: boolean;
  label: string;
}

export interface Visible {
  /** Open groups, the whole graph first; each stands before what is in it. */
  readonly open: readonly number[];
  /** Closed groups and nodes that are laid out. */
  readonly boxes: readonly number[];
  /** Parameters, buffers and constants beside the box that takes them. */
  readonly beside: ReadonlyMap<number, readonly number[]>;
  /** Boxes of so many neighbours that their lines would hide the rest: they stand apart. */
  readonly apart: ReadonlySet<number>;
  /** Beside a box the boxes that stand apart and lead to it. */
  readonly mentions: ReadonlyMap<number, readonly number[]>;
  readonly edges: readonly VisibleEdge[];
  /** Of each node the box that it is in or is. */
  readonly boxOf: Int32Array;
}

const MOST_NEIGHBOURS = 12;
const KEPT_EDGES = 64;

export interface Shown {
  /** Draw boxes of many neighbours apart. */
  readonly extract: boolean;
  /** Boxes that a person wants apart (true) or in place (false), whatever their neighbours. */
  readonly moved?: ReadonlyMap<number, boolean>;
}

export function visibleOf(tree: GraphTree, isOpen: (group: number) => boolean, shown: Shown): Visible {
  const { model } = tree;
  const open: number[] = [];
  const drawn: number[] = [];
  const boxOf = new Int32Array(model.count).fill(-1);
  const walk = [tree.root];
  for (let item = walk.pop(); item !== undefined; item = walk.pop()) {
    if (tree.isGroup(item) && (item === tree.root || isOpen(item))) {
      open.push(item);
      for (let at = tree.children(item).length - 1; at >= 0; at -= 1) walk.push(tree.children(item)[at]!);
    } else {
      drawn.push(item);
      if (tree.isGroup(item)) for (const leaf of leavesOf(tree, item)) boxOf[leaf] = item;
      else boxOf[item] = item;
    }
  }
  const isBeside = new Set(drawn.filter((item) => !tree.isGroup(item) && model.isSource(item)));
  const beside = new Map<number, number[]>();
  const edges = new Map<number, VisibleEdge>();
  const tensors = new Map<VisibleEdge, Map<string, number>>();
  const size = model.count + tree.groups.length;
  for (let edge = 0; edge < model.edgeCount; edge += 1) {
    const source = model.sources[edge]!;
    if (source < 0) continue;
    const from = boxOf[source]!;
    const to = boxOf[model.targets[edge]!]!;
    if (from === to) continue;
    if (isBeside.has(from)) {
      push(beside, to, from);
      continue;
    }
    const key = from * size + to;
    let line = edges.get(key);
    if (!line) {
      line = { from, to, edges: [], count: 0, bytes: 0, isControl: true, label: "" };
      edges.set(key, line);
      tensors.set(line, new Map());
    }
    line.count += 1;
    if (line.edges.length < KEPT_EDGES) line.edges.push(edge);
    if (model.isControl(edge)) continue;
    line.isControl = false;
    const tensor = model.tensor(edge);
    if (tensor && line.edges.length < KEPT_EDGES) tensors.get(line)!.set(`${source}:${model.data.input_outputs[edge]!}`, edge);
  }
  for (const [line, found] of tensors) {
    const texts = new Set<string>();
    for (const edge of found.values()) {
      const tensor = model.tensor(edge)!;
      line.bytes += tensorBytes(tensor);
      texts.add(tensorText(tensor));
    }
    const [first = "", ...rest] = texts;
    line.label = rest.length > 0 ? `${first} and ${rest.length} more` : found.size > 1 && first ? `${found.size} of ${first}` : first;
  }
  const boxes = drawn.filter((item) => !isBeside.has(item));
  const { apart, mentions, left } = setApart(boxes, [...edges.values()], shown);
  return { open, boxes, beside: unique(beside), apart, mentions, edges: left, boxOf };
}

/** Boxes of many lines are drawn apart: those that feed many, and those that nothing waits for. */
function setApart(boxes: readonly number[], edges: readonly VisibleEdge[], { extract, moved }: Shown) {
  const out = new Map<number, number>();
  const into = new Map<number, number>();
  for (const { from, to } of edges) {
    out.set(from, (out.get(from) ?? 0) + 1);
    into.set(to, (into.get(to) ?? 0) + 1);
  }
  const apart = new Set<number>();
  for (const box of boxes) {
    const leads = out.get(box) ?? 0;
    const takes = into.get(box) ?? 0;
    const isCrowded = extract && boxes.length > MOST_NEIGHBOURS && ((leads > MOST_NEIGHBOURS && takes <= 2) || (takes > MOST_NEIGHBOURS && leads === 0));
    if (moved?.get(box) ?? isCrowded) apart.add(box);
  }
  const mentions = new Map<number, number[]>();
  const left: VisibleEdge[] = [];
  for (const edge of edges) {
    if (apart.has(edge.from)) push(mentions, edge.to, edge.from);
    else if (apart.has(edge.to)) push(mentions, edge.from, edge.to);
    else left.push(edge);
  }
  return { apart, mentions: unique(mentions), left };
}

function leavesOf(tree: GraphTree, item: number): number[] {
  const found: number[] = [];
  const stack = [item];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (tree.isGroup(at)) for (const child of tree.children(at)) stack.push(child);
    else found.push(at);
  }
  return found;
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function unique(map: ReadonlyMap<number, readonly number[]>): Map<number, readonly number[]> {
  return new Map([...map].map(([key, values]) => [key, [...new Set(values)]]));
}

/** How many boxes a person takes in at once. */
export const FITTING_BOXES = 18;
/** More boxes than these are not drawn at once. */
export const MOST_BOXES = 700;

/** Groups to open so that the picture says most without more than `most` boxes: the outermost first, the largest of them first. */
export function openToFit(tree: GraphTree, most = FITTING_BOXES): Set<number> {
  const { model } = tree;
  const open = new Set<number>();
  const drawnIn = (group: number): number[] => tree.children(group).filter((child) => tree.isGroup(child) || !model.isSource(child));
  let count = drawnIn(tree.root).length;
  let front = drawnIn(tree.root).filter((child) => tree.isGroup(child));
  while (front.length > 0) {
    front.sort((a, b) => tree.group(b).leafCount - tree.group(a).leafCount);
    const next: number[] = [];
    for (const group of front) {
      const inner = drawnIn(group);
      // The one thing there is says nothing while it is closed.
      const isAll = open.size === 0 && front.length === 1 && count <= 6;
      // A layer shows what it is by its name; its one operation and its weights would say no more.
      if (!isAll && (inner.length <= 1 || count + inner.length - 1 > most)) continue;
      if (tree.group(group).kind !== "scope" && !isAll) continue;
      open.add(group);
      count += inner.length - 1;
      next.push(...inner.filter((child) => tree.isGroup(child)));
    }
    front = next;
  }
  return open;
}

/** How many boxes would be drawn with these groups open. */
export function boxCount(tree: GraphTree, isOpen: (group: number) => boolean, most = Infinity): number {
  let count = 0;
  const walk = [tree.root];
  for (let item = walk.pop(); item !== undefined && count <= most; item = walk.pop()) {
    if (item === tree.root || (tree.isGroup(item) && isOpen(item))) walk.push(...tree.children(item));
    else count += 1;
  }
  return count;
}
