/** Points as they lie on the screen: which is under the pointer, which a lasso holds, which have room for a picture. */

export interface Screen {
  /** CSS pixels from the upper left corner; NaN for what is not in sight or has no place. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Smaller is nearer. */
  readonly depth: Float32Array;
  /** In the order in which they may be picked. */
  readonly points: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Projects the points of `shown`; `matrix` is column-major. */
export function projected(positions: Float32Array, shown: Uint32Array, matrix: Float32Array, width: number, height: number): Screen {
  const count = positions.length / 3;
  const x = new Float32Array(count).fill(NaN);
  const y = new Float32Array(count).fill(NaN);
  const depth = new Float32Array(count);
  const m = matrix;
  for (const point of shown) {
    const [px, py, pz] = [positions[point * 3]!, positions[point * 3 + 1]!, positions[point * 3 + 2]!];
    const w = m[3]! * px + m[7]! * py + m[11]! * pz + m[15]!;
    if (!(w > 0)) continue;
    const cx = (m[0]! * px + m[4]! * py + m[8]! * pz + m[12]!) / w;
    const cy = (m[1]! * px + m[5]! * py + m[9]! * pz + m[13]!) / w;
    if (!(Math.abs(cx) <= 1 && Math.abs(cy) <= 1)) continue;
    x[point] = ((cx + 1) / 2) * width;
    y[point] = ((1 - cy) / 2) * height;
    depth[point] = w;
  }
  return { x, y, depth, points: shown, width, height };
}

/** The point nearest to a place within `reach` pixels; of those equally near the one nearer to the eye. -1 where there is none. */
export function pointAt(screen: Screen, x: number, y: number, reach: number): number {
  let best = -1;
  let bestFar = reach * reach;
  for (const point of screen.points) {
    const far = (screen.x[point]! - x) ** 2 + (screen.y[point]! - y) ** 2;
    // Later ones are drawn above earlier ones.
    if (far < bestFar - 1 || (far <= bestFar && (best < 0 || screen.depth[point]! <= screen.depth[best]!))) [best, bestFar] = [point, Math.min(far, bestFar)];
  }
  return best;
}

export type Corner = readonly [number, number];

export function inBox(screen: Screen, [x0, y0]: Corner, [x1, y1]: Corner): number[] {
  const [left, right, top, bottom] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
  return [...screen.points].filter((point) => screen.x[point]! >= left && screen.x[point]! <= right && screen.y[point]! >= top && screen.y[point]! <= bottom);
}

/** Points within a closed line, by the even-odd rule. */
export function inLasso(screen: Screen, line: readonly Corner[]): number[] {
  if (line.length < 3) return [];
  const xs = line.map(([x]) => x);
  const ys = line.map(([, y]) => y);
  const around = inBox(screen, [Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]);
  return around.filter((point) => {
    const [x, y] = [screen.x[point]!, screen.y[point]!];
    let inside = false;
    for (let at = 0, before = line.length - 1; at < line.length; before = at, at += 1) {
      const [ax, ay] = line[at]!;
      const [bx, by] = line[before]!;
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  });
}

/**
 * Points that have room for something `width` x `height` pixels large, so that none hides another by more than `overlap` of its size.
 * Who comes first in `order` has the room; all of `screen` where it is absent.
 */
export function withRoom(screen: Screen, width: number, height: number, order: ArrayLike<number> = screen.points, overlap = 0): number[] {
  const [cellX, cellY] = [Math.max(1, width * (1 - overlap)), Math.max(1, height * (1 - overlap))];
  const columns = Math.ceil(screen.width / cellX) + 1;
  const taken = new Map<number, [number, number][]>();
  const chosen: number[] = [];
  for (let at = 0; at < order.length; at += 1) {
    const point = order[at]!;
    const [x, y] = [screen.x[point]!, screen.y[point]!];
    if (Number.isNaN(x)) continue;
    const [column, row] = [Math.floor(x / cellX), Math.floor(y / cellY)];
    let free = true;
    for (let dy = -1; dy <= 1 && free; dy += 1) {
      for (let dx = -1; dx <= 1 && free; dx += 1) {
        const near = taken.get((row + dy) * columns + column + dx);
        if (near?.some(([ox, oy]) => Math.abs(ox - x) < cellX && Math.abs(oy - y) < cellY)) free = false;
      }
    }
    if (!free) continue;
    const cell = row * columns + column;
    const there = taken.get(cell);
    if (there) there.push([x, y]);
    else taken.set(cell, [[x, y]]);
    chosen.push(point);
  }
  return chosen;
}

/** How large points are, in CSS pixels, so that all of them together cover a part of the picture only. */
export function pointSize(count: number, width: number, height: number): number {
  return Math.min(11, Math.max(2.5, Math.sqrt((0.12 * width * height) / Math.max(1, count))));
}
