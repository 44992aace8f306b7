/** The value that would stand at one place if all were in order, without bringing them in order (Hoare's quickselect). */

/**
 * What would stand at `place` of the sorted `values`, none of them NaN. Reorders them: up to `place` nothing is greater than it, and
 * behind it nothing less. `from` is where to begin when everything before it is known to be no greater.
 */
export function select(values: Float64Array, place: number, from = 0): number {
  let low = from;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOf(values[low] as number, values[(low + high) >>> 1] as number, values[high] as number);
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left > right) break;
      const kept = values[left] as number;
      values[left] = values[right] as number;
      values[right] = kept;
      left += 1;
      right -= 1;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place] as number;
}

/** Of three; columns are often in order already, in which the first is the worst choice. */
function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
