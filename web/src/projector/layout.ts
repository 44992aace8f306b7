/** Columns of coordinates as positions about the origin. */

/** x, y, z of every point, scaled as a whole so that the farthest lies at 1; NaN where the point has no place. A missing column is 0. */
export function positionsOf(columns: readonly (Float32Array | undefined)[], count: number): Float32Array {
  const positions = new Float32Array(count * 3);
  const middles = [0, 0, 0];
  let half = 0;
  for (let axis = 0; axis < 3; axis += 1) {
    const column = columns[axis];
    if (!column) continue;
    let low = Infinity;
    let high = -Infinity;
    for (const value of column) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (!(low <= high)) continue;
    middles[axis] = (low + high) / 2;
    half = Math.max(half, (high - low) / 2);
  }
  const scale = half > 0 && Number.isFinite(half) ? 1 / half : 1;
  for (let axis = 0; axis < 3; axis += 1) {
    const column = columns[axis];
    if (!column) continue;
    const middle = middles[axis]!;
    for (let point = 0; point < count; point += 1) positions[point * 3 + axis] = (column[point]! - middle) * scale;
  }
  return positions;
}

/** Whether a point has a place. */
export const hasPlace = (positions: Float32Array, point: number): boolean => !Number.isNaN(positions[point * 3]! + positions[point * 3 + 1]! + positions[point * 3 + 2]!);
