/** How groups of cards share the rows of a grid. */

/** A lone group is stretched at most to this many times the columns that its cards need. */
const MOST_STRETCH = 2;

/** How many columns of at least `minWidth` pixels, `gap` apart, fit into `width`; at least one. */
export function columnsIn(width: number, minWidth: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (minWidth + gap)));
}

/**
 * How many columns each group takes: as many as it has cards, so that small groups stand side by side.
 * Columns that a row would leave empty go to its last group.
 */
export function groupSpans(counts: readonly number[], columns: number): number[] {
  const wanted = counts.map((count) => Math.min(columns, Math.max(1, count)));
  const spans = [...wanted];
  let used = 0;
  wanted.forEach((span, index) => {
    if (used + span > columns) used = 0;
    used += span;
    const next = wanted[index + 1];
    if (next === undefined ? used < columns : used + next > columns) {
      spans[index] = Math.min(span + columns - used, Math.max(span, span * MOST_STRETCH));
      used = columns;
    }
  });
  return spans;
}
