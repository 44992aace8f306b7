/** What a made-up classifier of three classes comes to, for the pieces that draw it. */

import type { MatrixCell } from "../../charts/matrix";

const NAMES = ["お", "き", "owl"];
const COUNTS = [[90, 4, 0], [7, 81, 12], [1, 3, 102]];

export const MATRIX_NAMES: readonly string[] = NAMES;

export const MATRIX_CELLS: readonly (readonly MatrixCell[])[] = COUNTS.map((row, r) =>
  row.map((count, c) => ({ share: count / (r === c ? 102 : 12), tone: r === c ? "right" : "wrong", text: count === 0 ? "" : String(count), says: `${count} of ${NAMES[r]} taken for ${NAMES[c]}` })),
);

export const BARS = { above: [0, 0, 2, 4, 9, 14, 22, 41, 90, 260], below: [0, 1, 3, 5, 6, 7, 5, 4, 2, 1] };
