/** Which rows a scrolled list must draw: those in sight and a few around them, so that fast scrolling shows no gap. */
export function rowsInSight(
  scrollTop: number,
  viewportHeight: number,
  rowHeight: number,
  count: number,
  around = 6,
): { first: number; last: number } {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - around);
  const last = Math.min(count, Math.ceil((scrollTop + viewportHeight) / rowHeight) + around);
  return { first, last: Math.max(first, last) };
}
