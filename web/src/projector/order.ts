/** In which order points are drawn, and who of them is first where there is room for few. */

const RANKS = [0, 1, 2] as const;

export interface DrawingOrder {
  /** Those in the background first, those meant last: they are drawn above the others. */
  readonly drawn: Uint32Array;
  /** Who gets a label or a picture where there is no room for all: those meant first. */
  readonly labelled: Uint32Array;
}

/** `emphasis` of every point: 0 in the background, 1 as usual, 2 meant. */
export function orderOf(placed: Uint32Array, emphasis: Uint8Array): DrawingOrder {
  const ranked = RANKS.map((rank) => shuffled(placed.filter((point) => emphasis[point] === rank)));
  return { drawn: joined(ranked), labelled: emphasis.every((value) => value === 1) ? shuffled(placed) : joined(ranked.reverse()) };
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A fixed shuffle: who has room does not depend on the order in the file. */
function shuffled(points: Uint32Array): Uint32Array {
  const made = points.slice();
  let state = 12345;
  for (let at = made.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [made[at], made[other]] = [made[other]!, made[at]!];
  }
  return made;
}
