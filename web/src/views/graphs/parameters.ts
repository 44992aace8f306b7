/** Which module a tag of parameters, gradients or activations is of, and which tags are of a module: by the names of modules in tags. */

import type { GraphTree } from "../../graph/hierarchy";

/** Of tags that name the module of this path, or one within it. */
export function tagPattern(path: string): string {
  return `(^|[./])${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}([./]|$)`;
}

/** The innermost module that the tag names; where the graph has scopes alone, the innermost scope. Null where it names none. */
export function itemOfTag(tree: GraphTree, tag: string): number | null {
  let [found, longest] = [null as number | null, 0];
  for (const { path, scope } of tree.model.data.modules) {
    if (path.length <= longest || !new RegExp(tagPattern(path)).test(tag)) continue;
    const item = tree.ofScope(scope);
    if (item !== null) [found, longest] = [item, path.length];
  }
  if (found !== null) return found;
  const parts = tag.split("/").filter(Boolean);
  for (let first = 0; first < parts.length; first += 1) {
    for (let stop = parts.length; stop > first; stop -= 1) {
      const item = tree.ofScope(parts.slice(first, stop).join("/"));
      if (item !== null) return item;
    }
  }
  return null;
}
