/** What of a logged mesh can be drawn, and where: whatever numbers it holds. */

export interface MeshShape {
  /** x, y, z of every vertex. */
  readonly vertices: Float32Array;
  /** Three numbers of vertices a triangle; null for a cloud of points. */
  readonly faces: Uint32Array | null;
  /** Red, green, blue of every vertex, 0 to 255. */
  readonly colors: Uint8Array | null;
}

export interface MeshBounds {
  readonly middle: readonly [number, number, number];
  /** How far the farthest vertex lies from the middle along one axis. */
  readonly reach: number;
}

/** Of what is finite. */
export function boundsOf(vertices: Float32Array): MeshBounds {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  vertices.forEach((value, at) => {
    if (!Number.isFinite(value)) return;
    low[at % 3] = Math.min(low[at % 3]!, value);
    high[at % 3] = Math.max(high[at % 3]!, value);
  });
  const middle = [0, 1, 2].map((axis) => (Number.isFinite(low[axis]!) ? (low[axis]! + high[axis]!) / 2 : 0)) as [number, number, number];
  const reach = Math.max(...[0, 1, 2].map((axis) => (Number.isFinite(low[axis]!) ? (high[axis]! - low[axis]!) / 2 : 0)));
  return { middle, reach: reach > 0 && Number.isFinite(reach) ? reach : 1 };
}

const isPlaced = (vertices: Float32Array, vertex: number): boolean => Number.isFinite(vertices[vertex * 3]! + vertices[vertex * 3 + 1]! + vertices[vertex * 3 + 2]!);

/** How many vertices hold NaN or infinity: they have no place. */
export function withoutPlace(vertices: Float32Array): number {
  let count = 0;
  for (let vertex = 0; vertex < vertices.length / 3; vertex += 1) if (!isPlaced(vertices, vertex)) count += 1;
  return count;
}

/** About the origin, within -1 to 1. In double precision: what is small and far away would be lost in single. */
export function placed(vertices: Float32Array, { middle, reach }: MeshBounds): Float32Array {
  return vertices.map((value, at) => (value - middle[at % 3]!) / reach);
}

/** The vertices of triangles, or points, that are drawn: all of whose vertices have a place. Null: all of them, in their order. */
export function drawnIndices({ vertices, faces }: MeshShape): Uint32Array | null {
  if (withoutPlace(vertices) === 0) return faces;
  if (faces === null) return Uint32Array.from({ length: vertices.length / 3 }, (_, vertex) => vertex).filter((vertex) => isPlaced(vertices, vertex));
  const kept = new Uint32Array(faces.length);
  let length = 0;
  for (let at = 0; at < faces.length; at += 3) {
    const corners = faces.subarray(at, at + 3);
    if (!corners.every((vertex) => isPlaced(vertices, vertex))) continue;
    kept.set(corners, length);
    length += 3;
  }
  return kept.slice(0, length);
}
