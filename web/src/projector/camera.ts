/** Where one looks from: over a plane in 2-D, around a point in 3-D. Everything lies about the origin, within -1 to 1. */

export interface Camera {
  readonly dimensions: 2 | 3;
  /** What is in the middle of the picture. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** World units that the shorter side of the picture spans at its middle. */
  readonly span: number;
  /** Radians about the vertical axis, and above the horizon. */
  readonly yaw: number;
  readonly pitch: number;
}

const VIEW_ANGLE = 0.7;
const FLATTEST = Math.PI / 2 - 0.01;
const SMALLEST_SPAN = 1e-4;
const LARGEST_SPAN = 40;

export const startCamera = (dimensions: 2 | 3): Camera => ({ dimensions, x: 0, y: 0, z: 0, span: dimensions === 2 ? 2.25 : 2.9, yaw: dimensions === 2 ? 0 : 0.6, pitch: dimensions === 2 ? 0 : 0.35 });

/** From the eye to the middle; infinite in 2-D. */
export const distanceOf = (camera: Camera): number => (camera.dimensions === 2 ? Infinity : camera.span / 2 / Math.tan(VIEW_ANGLE / 2));

interface Axes {
  readonly right: readonly [number, number, number];
  readonly up: readonly [number, number, number];
  /** From the middle to the eye. */
  readonly back: readonly [number, number, number];
}

export function axesOf({ yaw, pitch }: Camera): Axes {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return { right: [cy, 0, -sy], up: [-sp * sy, cp, -sp * cy], back: [cp * sy, sp, cp * cy] };
}

/** Column-major, from the world to clip space; `aspect` is width over height. */
export function matrixOf(camera: Camera, aspect: number): Float32Array {
  const { right, up, back } = axesOf(camera);
  const middle = [camera.x, camera.y, camera.z] as const;
  const along = (axis: readonly [number, number, number]): number => axis[0] * middle[0] + axis[1] * middle[1] + axis[2] * middle[2];
  // In a picture that is narrower than high, the width counts.
  const fit = Math.min(1, aspect);
  const scale = (2 / camera.span) * fit;
  if (camera.dimensions === 2) {
    return new Float32Array([scale / aspect, 0, 0, 0, 0, scale, 0, 0, 0, 0, -0.1, 0, (-scale / aspect) * middle[0], -scale * middle[1], 0, 1]);
  }
  const distance = distanceOf(camera);
  const focal = fit / Math.tan(VIEW_ANGLE / 2);
  const [near, far] = [distance * 0.01, distance + 8];
  const [depth, offset] = [(near + far) / (near - far), (2 * near * far) / (near - far)];
  const made = new Float32Array(16);
  for (let axis = 0; axis < 3; axis += 1) {
    made[axis * 4] = (right[axis]! * focal) / aspect;
    made[axis * 4 + 1] = up[axis]! * focal;
    made[axis * 4 + 2] = back[axis]! * depth;
    made[axis * 4 + 3] = -back[axis]!;
  }
  const eye = -along(back) - distance;
  made[12] = (-along(right) * focal) / aspect;
  made[13] = -along(up) * focal;
  made[14] = eye * depth + offset;
  made[15] = -eye;
  return made;
}

/** By fractions of the picture's shorter side. */
export function panned(camera: Camera, right: number, up: number): Camera {
  const axes = axesOf(camera);
  const move = (at: 0 | 1 | 2): number => -(axes.right[at] * right + axes.up[at] * up) * camera.span;
  return { ...camera, x: camera.x + move(0), y: camera.y + move(1), z: camera.dimensions === 2 ? 0 : camera.z + move(2) };
}

export function turned(camera: Camera, yaw: number, pitch: number): Camera {
  if (camera.dimensions === 2) return camera;
  return { ...camera, yaw: (camera.yaw + yaw) % (2 * Math.PI), pitch: Math.min(FLATTEST, Math.max(-FLATTEST, camera.pitch + pitch)) };
}

/** Nearer by `factor`; what lies at (`x`, `y`), in fractions of the shorter side from the middle, stays there in 2-D. */
export function zoomed(camera: Camera, factor: number, x = 0, y = 0): Camera {
  const span = Math.min(LARGEST_SPAN, Math.max(SMALLEST_SPAN, camera.span / factor));
  if (camera.dimensions === 3) return { ...camera, span };
  const moved = camera.span - span;
  return { ...camera, span, x: camera.x + x * moved, y: camera.y + y * moved };
}

/** The view of some points: their middle in the middle, and all of them in sight. */
export function fitted(camera: Camera, positions: Float32Array, indices: ArrayLike<number>, aspect: number): Camera {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < indices.length; at += 1) {
    for (let axis = 0; axis < 3; axis += 1) {
      const value = positions[indices[at]! * 3 + axis]!;
      if (Number.isNaN(value)) continue;
      low[axis] = Math.min(low[axis]!, value);
      high[axis] = Math.max(high[axis]!, value);
    }
  }
  if (!Number.isFinite(low[0]!)) return startCamera(camera.dimensions);
  const size = [0, 1, 2].map((axis) => high[axis]! - low[axis]!);
  const wide = camera.dimensions === 2 ? Math.max(size[1]! * Math.min(1, aspect), size[0]! / Math.max(1, aspect)) : Math.hypot(...size);
  return { ...camera, x: (low[0]! + high[0]!) / 2, y: (low[1]! + high[1]!) / 2, z: camera.dimensions === 2 ? 0 : (low[2]! + high[2]!) / 2, span: Math.max(wide * 1.15, 0.02) };
}

/** For a link: rounded to what one sees. */
export const writeCamera = (camera: Camera): number[] => [camera.x, camera.y, camera.z, camera.span, camera.yaw, camera.pitch].map((value) => Number(value.toPrecision(4)));

/** Null for what is no camera. */
export function readCamera(dimensions: 2 | 3, written: unknown): Camera | null {
  if (!Array.isArray(written) || written.length !== 6 || !written.every((value) => typeof value === "number" && Number.isFinite(value))) return null;
  const [x, y, z, span, yaw, pitch] = written as [number, number, number, number, number, number];
  if (span < SMALLEST_SPAN || span > LARGEST_SPAN || Math.abs(pitch) > Math.PI / 2) return null;
  return { dimensions, x, y, z: dimensions === 2 ? 0 : z, span, yaw: dimensions === 2 ? 0 : yaw, pitch: dimensions === 2 ? 0 : pitch };
}
