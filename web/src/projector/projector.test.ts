import { describe, expect, it } from "vitest";
import { Pace } from "./pace";
import { distanceOf, fitted, matrixOf, panned, readCamera, startCamera, turned, writeCamera, zoomed, type Camera } from "./camera";
import { hasPlace, positionsOf } from "./layout";
import { inBox, inLasso, pointAt, pointSize, projected, withRoom } from "./screen";
import { SpritePlan } from "./sprites";

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, point) => point);
const seen = (camera: Camera, place: readonly [number, number, number], width = 200, height = 100) => {
  const screen = projected(Float32Array.from(place), all(1), matrixOf(camera, width / height), width, height);
  return [screen.x[0]!, screen.y[0]!];
};

describe("camera", () => {
  it.each([2, 3] as const)("in %i-D shows its middle in the middle, and up above", (dimensions) => {
    const camera = { ...startCamera(dimensions), x: 0.3, y: -0.2, z: dimensions === 3 ? 0.4 : 0 };
    expect(seen(camera, [0.3, -0.2, camera.z])).toEqual([expect.closeTo(100), expect.closeTo(50)]);
    expect(seen(camera, [0.3, 0.1, camera.z])[1]).toBeLessThan(50);
  });

  it("spans what it says", () => {
    const camera = { ...startCamera(2), span: 4 };
    expect(seen(camera, [0, 2, 0])[1]).toBeCloseTo(0);
    expect(seen(camera, [4, 0, 0])[0]).toBeCloseTo(200);
    expect(distanceOf(camera)).toBe(Infinity);
  });

  it("draws what is nearer larger and in front", () => {
    const camera = { ...startCamera(3), yaw: 0, pitch: 0 };
    const screen = projected(Float32Array.of(0.3, 0, -0.5, 0.3, 0, 0.5), all(2), matrixOf(camera, 1), 100, 100);
    expect(screen.x[1]! - 50).toBeGreaterThan(screen.x[0]! - 50);
    expect(screen.depth[1]).toBeLessThan(screen.depth[0]!);
  });

  it.each([2, 3] as const)("moves in %i-D with the hand", (dimensions) => {
    const before = startCamera(dimensions);
    const [x, y] = seen(panned(before, 0.1, 0.2), [0, 0, 0]);
    expect(x).toBeCloseTo(110, 1);
    expect(y).toBeCloseTo(30, 1);
  });

  it("turns about the middle and never over the pole", () => {
    const camera = turned(startCamera(3), 1, 99);
    expect(seen(camera, [0, 0, 0])).toEqual([expect.closeTo(100), expect.closeTo(50)]);
    expect(camera.pitch).toBeLessThan(Math.PI / 2);
    expect(turned(startCamera(2), 1, 1)).toEqual(startCamera(2));
  });

  it("zooms about the pointer", () => {
    const before = startCamera(2);
    const place = [0.7, 0.3, 0] as const;
    const [x, y] = seen(before, place) as [number, number];
    const after = zoomed(before, 3, (x - 100) / 100, (50 - y) / 100);
    expect(seen(after, place)).toEqual([expect.closeTo(x, 3), expect.closeTo(y, 3)]);
    expect(zoomed(before, 1e12).span).toBeGreaterThan(0);
  });

  it("has all points in sight when they are fitted", () => {
    const positions = Float32Array.of(-0.9, 0.1, 0, 0.9, 0.2, 0.5, NaN, NaN, NaN);
    for (const dimensions of [2, 3] as const) {
      for (const [width, height] of [[200, 100], [100, 200]] as const) {
        const camera = fitted(startCamera(dimensions), positions, all(3), width / height);
        const screen = projected(positions, all(3), matrixOf(camera, width / height), width, height);
        expect([screen.x[0], screen.x[1]].some((x) => Number.isNaN(x!))).toBe(false);
        expect(screen.x[2]).toBeNaN();
      }
    }
  });

  it("has everything in sight at first, in a high picture too", () => {
    const corners = Float32Array.of(-1, -1, 0, 1, 1, 0, -1, 1, 0, 1, -1, 0);
    for (const [width, height] of [[200, 100], [100, 200]] as const) {
      const screen = projected(corners, all(4), matrixOf(startCamera(2), width / height), width, height);
      expect([...screen.x].some(Number.isNaN)).toBe(false);
      expect(screen.x[1]! - screen.x[0]!).toBeCloseTo(200 / 2.25, 3);
    }
  });

  it("comes back from a link, and refuses what is none", () => {
    const camera = { dimensions: 3, x: 0.1234567, y: 0, z: -1, span: 2, yaw: 0.5, pitch: -0.2 } as const;
    expect(readCamera(3, writeCamera(camera))).toEqual({ ...camera, x: 0.1235 });
    for (const bad of [null, "x", [1, 2], [0, 0, 0, -1, 0, 0], [0, 0, 0, 1, 0, 9], [NaN, 0, 0, 1, 0, 0]]) expect(readCamera(3, bad)).toBeNull();
  });
});

describe("layout", () => {
  it("lies about the origin within one, whatever its scale", () => {
    const positions = positionsOf([Float32Array.of(10, 20, NaN), Float32Array.of(1, 3, 2)], 3);
    expect([...positions.slice(0, 6)]).toEqual([-1, expect.closeTo(-0.2), 0, 1, expect.closeTo(0.2), 0]);
    expect([0, 1, 2].map((point) => hasPlace(positions, point))).toEqual([true, true, false]);
  });

  it("puts points of one place in the middle", () => {
    expect([...positionsOf([Float32Array.of(4, 4)], 2)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...positionsOf([Float32Array.of(NaN, Infinity)], 2)].some(Number.isNaN)).toBe(true);
  });
});

describe("screen", () => {
  const positions = Float32Array.from([0, 0, 0.5, 0.5, -0.5, 0.5, 0.9, -0.9, 5, 5].flatMap((value, at) => (at % 2 ? [value, 0] : [value])));
  const camera = { ...startCamera(2), span: 2 };
  const screen = projected(positions, all(5), matrixOf(camera, 1), 100, 100);

  it("knows what is under the pointer, and what is out of sight", () => {
    expect(pointAt(screen, 51, 50, 5)).toBe(0);
    expect(pointAt(screen, 74, 26, 5)).toBe(1);
    expect(pointAt(screen, 10, 90, 5)).toBe(-1);
    expect(screen.x[4]).toBeNaN();
  });

  it("takes the nearer to the eye of two at one place", () => {
    const two = projected(Float32Array.of(0, 0, 0.5, 0, 0, -0.5), all(2), matrixOf({ ...startCamera(3), yaw: 0, pitch: 0 }, 1), 100, 100);
    expect(pointAt(two, 50, 50, 4)).toBe(0);
  });

  it("selects by box and by lasso", () => {
    expect(inBox(screen, [90, 0], [40, 60])).toEqual([0, 1]);
    expect(inLasso(screen, [[60, 10], [90, 10], [90, 40], [60, 40]])).toEqual([1]);
    // An L leaves out what lies in its corner.
    expect(inLasso(screen, [[10, 10], [100, 10], [100, 40], [40, 40], [40, 100], [10, 100]])).toEqual([1, 2]);
    expect(inLasso(screen, [[0, 0], [9, 9]])).toEqual([]);
  });

  it("gives room to those that come first, and overlaps none", () => {
    const random = Array.from({ length: 900 }, (_, at) => ((Math.sin(at * 91.7) * 1e4) % 1) * (at % 3 === 2 ? 0 : 1));
    const crowd = projected(Float32Array.from(random), all(300), matrixOf(camera, 1), 400, 400);
    const chosen = withRoom(crowd, 30, 30);
    expect(chosen[0]).toBe([...crowd.points].find((point) => !Number.isNaN(crowd.x[point]!)));
    expect(chosen.length).toBeGreaterThan(20);
    for (const a of chosen) for (const b of chosen) if (a < b) expect(Math.max(Math.abs(crowd.x[a]! - crowd.x[b]!), Math.abs(crowd.y[a]! - crowd.y[b]!))).toBeGreaterThanOrEqual(30);
  });

  it("makes points smaller where there are more", () => {
    expect(pointSize(100, 1000, 800)).toBeGreaterThan(pointSize(10_000, 1000, 800));
    expect(pointSize(1_000_000, 1000, 800)).toBeGreaterThanOrEqual(2);
  });
});

describe("pictures", () => {
  it("are cut into pages, each picture on one", () => {
    // 100,000 pictures of 28 pixels: more than any texture holds.
    const plan = new SpritePlan(317 * 28, 316 * 28, 28, 28);
    const pages = new Set<number>();
    for (let point = 0; point < 100_000; point += 1) {
      const cell = plan.cell(point)!;
      const [left, top, width, height] = plan.pageBox(cell.page);
      pages.add(cell.page);
      const [x, y] = plan.place(point)!;
      if (left + cell.column * 28 !== x || top + cell.row * 28 !== y) throw new Error(`point ${point} lies elsewhere on its page`);
      if ((cell.column + 1) * 28 > width || (cell.row + 1) * 28 > height || width > 4096 || height > 4096) throw new Error(`point ${point} lies outside of its page`);
    }
    expect(pages.size).toBe(plan.pageCount);
  });

  it("are missing where the sheet is too small", () => {
    const plan = new SpritePlan(8, 8, 4, 4);
    expect([0, 3, 4].map((point) => plan.cell(point) !== null)).toEqual([true, true, false]);
  });
});

describe("the pace", () => {
  it("draws all points where the machine follows, fewer where it does not, and more again", () => {
    const pace = new Pace();
    pace.took(16, 100_000);
    expect(pace.points(100_000)).toBe(100_000);
    for (let count = 0; count < 20; count += 1) pace.took(400, pace.points(100_000));
    expect(pace.points(100_000)).toBe(5000);
    expect(pace.points(300)).toBe(300);
    for (let count = 0; count < 30; count += 1) pace.took(16, pace.points(100_000));
    expect(pace.points(100_000)).toBe(100_000);
  });
});
