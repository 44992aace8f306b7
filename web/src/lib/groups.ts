/** Groups tags by the first segment of their path. */

import { compareNatural } from "./natural";

export interface Group<Item> {
  readonly name: string;
  readonly items: readonly Item[];
}

/** The part of a tag before its first slash; the tag itself where there is none. */
export function groupName(tag: string): string {
  const slash = tag.indexOf("/");
  return slash > 0 ? tag.slice(0, slash) : tag;
}

/** Groups in natural order, items within a group in natural order of their tags. */
export function groupByFirstSegment<Item>(items: Iterable<Item>, tagOf: (item: Item) => string): Group<Item>[] {
  const byName = new Map<string, Item[]>();
  for (const item of items) {
    const name = groupName(tagOf(item));
    const members = byName.get(name);
    if (members) members.push(item);
    else byName.set(name, [item]);
  }
  return [...byName]
    .map(([name, members]) => ({ name, items: members.sort((a, b) => compareNatural(tagOf(a), tagOf(b))) }))
    .sort((a, b) => compareNatural(a.name, b.name));
}
