/** What leads to a box and what it leads to: along every edge but control dependencies, or along these too. */

import type { GraphModel } from "./model";

export type Direction = "up" | "down" | "both";

/** Nodes of the whole graph; those asked for are among them. */
export function traced(model: GraphModel, from: readonly number[], direction: Direction): Set<number> {
  const found = new Set(from);
  if (direction !== "down") follow(model, from, found, true);
  if (direction !== "up") follow(model, from, found, false);
  return found;
}

function follow(model: GraphModel, from: readonly number[], found: Set<number>, up: boolean): void {
  const stack = [...from];
  const seen = new Set(from);
  const visit = (next: number): void => {
    if (next < 0 || seen.has(next)) return;
    seen.add(next);
    found.add(next);
    stack.push(next);
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (up) {
      for (let edge = model.inStart[node]!; edge < model.inStart[node + 1]!; edge += 1) if (!model.isControl(edge)) visit(model.sources[edge]!);
    } else {
      for (let at = model.outStart[node]!; at < model.outStart[node + 1]!; at += 1) {
        const edge = model.outEdges[at]!;
        if (!model.isControl(edge)) visit(model.targets[edge]!);
      }
    }
  }
}
