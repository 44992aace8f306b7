/** Finding points in ascending columns. */

export type Column = ArrayLike<number>;

/** Index of the first value that is at least `target`; the length where there is none. */
export function lowerBound(ascending: Column, target: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the last value that is at most `target`; -1 where every value is larger. */
export function indexAtOrBefore(ascending: Column, target: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= target) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the value closest to `target`, the earlier one of two equally close; -1 in an empty column. */
export function nearestIndex(ascending: Column, target: number): number {
  if (ascending.length === 0) return -1;
  const after = Math.min(lowerBound(ascending, target), ascending.length - 1);
  if (after === 0) return 0;
  const before = after - 1;
  const closer = target - (ascending[before] as number) <= (ascending[after] as number) - target ? before : after;
  return lowerBound(ascending, ascending[closer] as number);
}
