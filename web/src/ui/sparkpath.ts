/** The path of a small curve that fills its box; a constant runs through the middle. */
export function sparkPath(values: ArrayLike<number>, width: number, height: number): string {
  const inset = 1.5;
  const count = values.length;
  if (count === 0) return "";
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < count; at++) {
    low = Math.min(low, values[at]!);
    high = Math.max(high, values[at]!);
  }
  const across = count > 1 ? (width - 2 * inset) / (count - 1) : 0;
  const down = high > low ? (height - 2 * inset) / (high - low) : 0;
  let path = "";
  for (let at = 0; at < count; at++) {
    const y = down === 0 ? height / 2 : inset + (high - values[at]!) * down;
    path += `${at === 0 ? "M" : "L"}${(inset + at * across).toFixed(1)} ${y.toFixed(1)}`;
  }
  // A single point still leaves a dot: a line of no length with round ends.
  return count === 1 ? `${path}h0` : path;
}
