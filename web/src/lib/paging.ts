/** Long lists page by page; a page size of 0 shows all at once. */

/** The page that is open: the one wished for, or the last where there are fewer. */
export function lastPageUpTo(wished: number, count: number, size: number): number {
  return size > 0 ? Math.max(0, Math.min(wished, Math.ceil(count / size) - 1)) : 0;
}

export function onPage<Item>(items: readonly Item[], page: number, size: number): readonly Item[] {
  return size > 0 ? items.slice(page * size, (page + 1) * size) : items;
}
