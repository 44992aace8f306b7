/** Everything of a picture that follows from the graph and from what is open, ready to be drawn. */

import type { GraphTree } from "./hierarchy";
import { besideWidth, boxSize, textOf, type BoxText } from "./boxes";
import type { Layout, PlacedBox, Point } from "./layout";
import { labelPoint, linePath, lineWidth } from "./paths";
import type { Visible, VisibleEdge } from "./visible";

export interface SceneBox extends PlacedBox {
  readonly text: BoxText;
  readonly isGroup: boolean;
  readonly isApart: boolean;
  /** The box alone, without the names beside it. */
  readonly inner: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export interface SceneGroup extends PlacedBox {
  readonly label: string;
  readonly type: string;
  readonly depth: number;
}

export interface SceneLine {
  readonly edge: VisibleEdge;
  readonly path: string;
  readonly width: number;
  label: Point | null;
  readonly points: readonly Point[];
}

export interface Scene {
  readonly tree: GraphTree;
  readonly visible: Visible;
  readonly layout: Layout;
  readonly groups: readonly SceneGroup[];
  readonly boxes: readonly SceneBox[];
  readonly lines: readonly SceneLine[];
  readonly places: ReadonlyMap<number, PlacedBox>;
}

/** A class that the label says already says nothing. */
function typeBeside(label: string, type: string): string {
  return label.replace(/\[\d+\]$/, "") === type ? "" : type;
}

export function textsOf(tree: GraphTree, visible: Visible): Map<number, BoxText> {
  return new Map(visible.boxes.map((item) => [item, textOf(tree, visible, item)]));
}

export function sceneOf(tree: GraphTree, visible: Visible, texts: ReadonlyMap<number, BoxText>, layout: Layout): Scene {
  const places = new Map(layout.boxes.map((box) => [box.id, box]));
  const groups = visible.open
    .filter((group) => group !== tree.root)
    .map((group) => ({ ...places.get(group)!, label: tree.label(group), type: typeBeside(tree.label(group), tree.module(group)?.class_name ?? ""), depth: tree.ancestors(group).length }));
  const boxes = visible.boxes.map((item) => {
    const place = places.get(item)!;
    const text = texts.get(item)!;
    const [width, height] = boxSize(text, tree.isGroup(item));
    const beside = besideWidth(text);
    return {
      ...place,
      text,
      isGroup: tree.isGroup(item),
      isApart: visible.apart.has(item),
      inner: { x: place.x + beside, y: place.y + (place.height - height) / 2, width, height },
    };
  });
  const inners = new Map(boxes.map((box) => [box.id, box.inner]));
  const lines = visible.edges.map((edge, at) => {
    const points = [...(layout.routes[at] ?? [])];
    const [from, to] = [inners.get(edge.from), inners.get(edge.to)];
    // A box with many names beside it is lower than its place: lines still touch it.
    if (from && to && points.length > 1 && from.y < to.y) {
      points[0] = [points[0]![0], from.y + from.height];
      points[points.length - 1] = [points.at(-1)![0], to.y];
    }
    return { edge, path: linePath(points), width: lineWidth(edge.bytes), label: labelPoint(points), points };
  });
  spreadLabels(lines);
  return { tree, visible, layout, groups, boxes, lines, places };
}

/** Lines that leave a box side by side: one text for all that carry the same, and below it what others carry. */
function spreadLabels(lines: readonly SceneLine[]): void {
  const texts = new Map<number, string[]>();
  for (const line of lines) {
    if (!line.label || line.edge.label === "") continue;
    const known = texts.get(line.edge.from) ?? [];
    const isTold = known.includes(line.edge.label);
    if (!isTold) texts.set(line.edge.from, [...known, line.edge.label]);
    line.label = isTold ? null : [line.label[0], line.label[1] + known.length * 11];
  }
}

/** The box in a direction from another: the nearest one whose middle lies that way, boxes straight ahead first. */
export function neighbour(scene: Scene, from: number, direction: "up" | "down" | "left" | "right"): number | null {
  const start = scene.places.get(from);
  if (!start) return scene.boxes[0]?.id ?? null;
  const [x, y] = [start.x + start.width / 2, start.y + Math.min(start.height, 40) / 2];
  const isAcross = direction === "left" || direction === "right";
  const sign = direction === "down" || direction === "right" ? 1 : -1;
  let best: number | null = null;
  let least = Infinity;
  const connected = new Set(scene.lines.flatMap(({ edge }) => (edge.from === from && sign > 0 ? [edge.to] : edge.to === from && sign < 0 ? [edge.from] : [])));
  for (const box of scene.boxes) {
    if (box.id === from) continue;
    const [dx, dy] = [box.x + box.width / 2 - x, box.y + box.height / 2 - y];
    const [along, aside] = isAcross ? [dx * sign, Math.abs(dy)] : [dy * sign, Math.abs(dx)];
    if (along <= 1) continue;
    // A line that leads there counts for more than standing near.
    const distance = along + aside * 2 - (!isAcross && connected.has(box.id) ? 100_000 : 0);
    if (distance < least) [best, least] = [box.id, distance];
  }
  return best;
}
