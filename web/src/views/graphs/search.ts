/** Finds boxes by name, operation or class. */

import type { GraphTree } from "../../graph/hierarchy";
import { compileFilter } from "../../lib/textfilter";

export interface Found {
  /** The first of them, modules before operations; `count` says how many there are. */
  readonly items: readonly number[];
  readonly count: number;
  readonly error: string | null;
}

const MOST = 300;
const NOTHING: Found = { items: [], count: 0, error: null };

/** Words in any order or `/expression/`, in the full name, the class and the operation. */
export function findItems(tree: GraphTree, typed: string): Found {
  const filter = compileFilter(typed);
  if (filter.empty || filter.error !== null) return { ...NOTHING, error: filter.error };
  const items: number[] = [];
  let count = 0;
  const look = (item: number, text: string): void => {
    if (!filter.matches(text)) return;
    count += 1;
    if (items.length < MOST) items.push(item);
  };
  for (const group of tree.groups) if (group.kind === "scope" && group.parent !== -2) look(group.id, `${group.path} ${tree.module(group.id)?.class_name ?? ""}`);
  for (let node = 0; node < tree.model.count; node += 1) look(node, `${tree.model.name(node)} ${tree.model.op(node)}`);
  return { items, count, error: null };
}
