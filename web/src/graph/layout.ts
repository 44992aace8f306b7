/**
 * Places boxes: every open group is laid out by dagre on its own and then stands as one box in the group around it. What leads out of a
 * group passes through ports on its border, so that a line can be followed from box to box.
 */

import { Graph, layout as dagreLayout } from "@dagrejs/dagre";

export interface LayoutBox {
  readonly id: number;
  /** The open group that it is in. */
  readonly parent: number;
  readonly width: number;
  readonly height: number;
  /** An open group: its size follows from what is in it; `height` is that of its head. */
  readonly isOpen: boolean;
  readonly isApart: boolean;
}

export interface LayoutRequest {
  /** Groups before what is in them; the first is the whole graph. */
  readonly boxes: readonly LayoutBox[];
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

export interface PlacedBox {
  readonly id: number;
  /** Left and top in the picture. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

export interface Layout {
  readonly boxes: readonly PlacedBox[];
  /** One for each edge asked for, in order. */
  readonly routes: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

const GAP = { ranksep: 34, nodesep: 22, edgesep: 14 };
const PADDING = 14;
const APART_GAP = 36;

interface Segment {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

/** A group laid out, in its own coordinates. */
interface Inner {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, readonly [x: number, y: number]>;
  readonly lines: ReadonlyMap<string, readonly Point[]>;
}

export function layout({ boxes, edges }: LayoutRequest, cache: Map<string, Inner> = new Map()): Layout {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const children = new Map<number, LayoutBox[]>();
  for (const box of boxes) children.set(box.parent, [...(children.get(box.parent) ?? []), box]);
  const root = boxes[0];
  if (!root) return { boxes: [], routes: edges.map(() => []), width: 0, height: 0 };
  const above = (id: number): number[] => {
    const found: number[] = [];
    for (let at = byId.get(id)?.parent; at !== undefined && byId.has(at); at = byId.get(at)!.parent) found.push(at);
    return found;
  };
  const segments = new Map<number, Map<string, Segment>>();
  const add = (group: number, from: string, to: string, name: string): string => {
    const key = `${from}>${to}#${name}`;
    const known = segments.get(group);
    if (known) known.set(key, { from, to, name });
    else segments.set(group, new Map([[key, { from, to, name }]]));
    return key;
  };
  const routesOf = edges.map(({ from, to }) => {
    const [up, down] = [above(from), above(to)];
    const meeting = up.find((group) => down.includes(group)) ?? root.id;
    const steps: { group: number; key: string; from: string; to: string }[] = [];
    let at = String(from);
    for (const group of up) {
      if (group === meeting) break;
      steps.push({ group, key: add(group, at, `out:${from}`, String(from)), from: at, to: `out:${from}` });
      at = String(group);
    }
    const inside = down.slice(0, down.indexOf(meeting)).reverse();
    for (const [index, group] of [meeting, ...inside].entries()) {
      const target = String(inside[index] ?? to);
      const start = index === 0 ? at : `in:${from}`;
      steps.push({ group, key: add(group, start, target, String(from)), from: start, to: target });
    }
    return steps;
  });

  const inners = new Map<number, Inner>();
  const sizeOf = (box: LayoutBox): readonly [number, number] => {
    const inner = inners.get(box.id);
    return inner ? [Math.max(inner.width, box.width), inner.height] : [box.width, box.height];
  };
  for (let index = boxes.length - 1; index >= 0; index -= 1) {
    const box = boxes[index]!;
    if (!box.isOpen) continue;
    const members = (children.get(box.id) ?? []).map((child) => ({ key: String(child.id), size: sizeOf(child), isApart: child.isApart }));
    const lines = [...(segments.get(box.id)?.values() ?? [])];
    const isRoot = box.id === root.id;
    const signature = JSON.stringify([isRoot, box.width, box.height, members, lines]);
    const known = cache.get(signature);
    const inner = known ?? placeGroup(members, lines, isRoot ? 0 : box.height, isRoot ? 0 : box.width);
    cache.delete(signature);
    cache.set(signature, inner);
    inners.set(box.id, inner);
  }
  for (const key of [...cache.keys()].slice(0, Math.max(0, cache.size - 400))) cache.delete(key);

  const origins = new Map<number, readonly [number, number]>([[root.id, [0, 0]]]);
  const placed: PlacedBox[] = [];
  for (const box of boxes) {
    const [width, height] = sizeOf(box);
    if (box.id !== root.id) {
      const [left, top] = origins.get(box.parent)!;
      const [x, y] = inners.get(box.parent)!.places.get(String(box.id))!;
      origins.set(box.id, [left + x, top + y]);
    }
    const [x, y] = origins.get(box.id)!;
    placed.push({ id: box.id, x, y, width, height });
  }
  const place = new Map(placed.map((box) => [box.id, box]));
  const routes = routesOf.map((steps, edge) => {
    const points: Point[] = [];
    for (const [index, step] of steps.entries()) {
      const [left, top] = origins.get(step.group)!;
      const line = inners.get(step.group)!.lines.get(step.key) ?? [];
      // Where a line goes through the border of a group, the port alone says where; dagre aimed at the middle of the group.
      if (index > 0 && step.from.startsWith("in:")) points.pop();
      const rest = index > 0 && steps[index - 1]!.to.startsWith("out:") ? line.slice(1) : line;
      points.push(...rest.map(([x, y]) => [left + x, top + y] as const));
    }
    return joined(points, place.get(edges[edge]!.from)!, place.get(edges[edge]!.to)!);
  });
  const { width, height } = inners.get(root.id)!;
  return { boxes: placed, routes, width, height };
}

/** The ends of a line stand in the middle of the boxes' edges, where it runs down; where it runs back, as dagre had it. */
function joined(points: readonly Point[], from: PlacedBox, to: PlacedBox): readonly Point[] {
  const clean = points.filter(([x, y], index) => {
    const before = points[index - 1];
    return !before || Math.abs(before[0] - x) > 0.5 || Math.abs(before[1] - y) > 0.5;
  });
  if (clean.length < 2 || from.y + from.height > to.y) return clean;
  const inner = clean.slice(1, -1).filter(([, y]) => y > from.y + from.height && y < to.y);
  return [[from.x + from.width / 2, from.y + from.height], ...inner, [to.x + to.width / 2, to.y]];
}

interface Member {
  readonly key: string;
  readonly size: readonly [width: number, height: number];
  readonly isApart: boolean;
}

function placeGroup(members: readonly Member[], lines: readonly Segment[], head: number, least: number): Inner {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ...GAP, marginx: 0, marginy: 0 });
  for (const { key, size, isApart } of members) if (!isApart) graph.setNode(key, { width: size[0], height: size[1] });
  const ports = new Set(lines.flatMap(({ from, to }) => [from, to]).filter((end) => end.includes(":")));
  for (const port of ports) {
    graph.setNode(port, { width: 1, height: 1 });
    const isIn = port.startsWith("in:");
    const border = isIn ? "top" : "bottom";
    graph.setNode(border, { width: 1, height: 1 });
    // Heavy: ports stay at the border, however far the line inside has to run for it.
    graph.setEdge(isIn ? border : port, isIn ? port : border, { weight: 40 }, "border");
  }
  for (const { from, to, name } of lines) {
    if (graph.hasNode(from) && graph.hasNode(to)) graph.setEdge(from, to, { weight: 2 }, name);
  }
  dagreLayout(graph);

  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = (x: number, y: number): void => {
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  };
  for (const { key, size, isApart } of members) {
    if (isApart) continue;
    const { x, y } = graph.node(key) as { x: number; y: number };
    reach(x - size[0] / 2, y - size[1] / 2);
    reach(x + size[0] / 2, y + size[1] / 2);
  }
  if (left === Infinity) [left, top, right, bottom] = [0, 0, 0, 0];
  const pointsOf = new Map<string, readonly { x: number; y: number }[]>();
  for (const { from, to, name } of lines) {
    const found = graph.hasNode(from) && graph.hasNode(to) ? (graph.edge(from, to, name) as { points?: { x: number; y: number }[] } | undefined) : undefined;
    const points = found?.points ?? [];
    pointsOf.set(`${from}>${to}#${name}`, points);
    for (const { x } of points) reach(x, top);
  }
  // Lines need room between the border and the first box to turn to its middle.
  const portRoom = (side: string): number => ([...ports].some((port) => port.startsWith(side)) ? 12 : 0);
  const dx = PADDING - left;
  const dy = head + (head > 0 ? PADDING : 0) + portRoom("in:") - top;
  let width = right - left + 2 * PADDING;
  let height = bottom - top + head + (head > 0 ? 2 * PADDING : 0) + portRoom("in:") + portRoom("out:");
  const places = new Map<string, readonly [number, number]>();
  for (const { key, size, isApart } of members) {
    if (isApart) continue;
    const { x, y } = graph.node(key) as { x: number; y: number };
    places.set(key, [x - size[0] / 2 + dx, y - size[1] / 2 + dy]);
  }
  let y = head + PADDING;
  let widest = 0;
  for (const { key, size, isApart } of members) {
    if (!isApart) continue;
    places.set(key, [width - PADDING + APART_GAP, y]);
    y += size[1] + 10;
    widest = Math.max(widest, size[0]);
  }
  if (widest > 0) {
    width += APART_GAP + widest;
    height = Math.max(height, y - 10 + (head > 0 ? PADDING : 0));
  }
  if (width < least) {
    const shift = (least - width) / 2;
    for (const [key, [x, at]] of places) places.set(key, [x + shift, at]);
    for (const [key, points] of pointsOf) pointsOf.set(key, points.map((point) => ({ x: point.x + shift, y: point.y })));
    width = least;
  }
  const drawn = new Map<string, readonly Point[]>();
  for (const { from, to, name } of lines) {
    const key = `${from}>${to}#${name}`;
    const points = pointsOf.get(key)!.map(({ x, y: at }) => [x + dx, at + dy] as Point);
    if (points.length > 0 && from.startsWith("in:")) points[0] = [points[0]![0], 0];
    if (points.length > 0 && to.startsWith("out:")) points[points.length - 1] = [points.at(-1)![0], height];
    drawn.set(key, points);
  }
  return { width, height, places, lines: drawn };
}
