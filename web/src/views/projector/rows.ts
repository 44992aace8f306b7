/** Rows in few numbers: first and length of each stretch. */

export function packed(rows: readonly number[], most = Infinity): number[] {
  const sorted = [...rows].sort((a, b) => a - b).slice(0, most);
  const made: number[] = [];
  for (const row of sorted) {
    if (made.length > 0 && made[made.length - 2]! + made[made.length - 1]! === row) made[made.length - 1]! += 1;
    else made.push(row, 1);
  }
  return made;
}

/** At most `most` rows, whatever the stretches claim; never more than a table can have. */
export function unpacked(stretches: readonly number[], most: number): number[] {
  const bound = Math.min(most, MOST_ROWS);
  const made: number[] = [];
  for (let at = 0; at + 1 < stretches.length && made.length < bound; at += 2) {
    for (let row = stretches[at]!; row < stretches[at]! + stretches[at + 1]! && row >= 0 && made.length < bound; row += 1) made.push(row);
  }
  return made;
}

const MOST_ROWS = 4_000_000;
