import { describe, expect, it } from "vitest";
import { matrixOf, startCamera } from "./camera";
import { projected } from "./screen";
import { contrast, nearestFirst, readable, textAt, textsWithRoom, TEXT_HEIGHT, type Shade } from "./texts";

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, point) => point);
const screenOf = (places: readonly number[], dimensions: 2 | 3 = 2) => projected(Float32Array.from(places), all(places.length / 3), matrixOf({ ...startCamera(dimensions), yaw: 0, pitch: 0 }, 1), 400, 400);
const measure = (text: string): number => text.length * 7;

describe("points drawn as their label", () => {
  it("overlap none, at most as many as are asked for, however long each is", () => {
    const places = Array.from({ length: 900 }, (_, at) => (at % 3 === 2 ? 0 : ((Math.sin(at * 91.7) * 1e4) % 1) * 0.9));
    const screen = screenOf(places);
    const textOf = (point: number): string => "x".repeat(1 + (point % 40));
    const found = textsWithRoom(screen, nearestFirst(screen, all(300), new Uint8Array(300).fill(1)), textOf, measure, 400);
    expect(found.length).toBeGreaterThan(30);
    expect(found.every(({ text }) => text.length <= 28)).toBe(true);
    for (const a of found)
      for (const b of found)
        if (a.point < b.point) expect(Math.abs(screen.y[a.point]! - screen.y[b.point]!) >= TEXT_HEIGHT || Math.abs(screen.x[a.point]! - screen.x[b.point]!) >= (a.width + b.width) / 2).toBe(true);
    expect(textsWithRoom(screen, [...all(300)], textOf, measure, 5)).toHaveLength(5);
  });

  it("are those meant, then the nearest to the eye; what has no label or no place has none", () => {
    const screen = screenOf([0, 0, -0.5, 0, 0, 0.5, 0.8, 0.8, 0, NaN, 0, 0, -0.8, 0.8, 0], 3);
    const emphasis = Uint8Array.of(1, 1, 1, 2, 1);
    expect(nearestFirst(screen, all(5), emphasis)[0]).toBe(1);
    expect(nearestFirst(screen, all(5), Uint8Array.of(2, 1, 1, 1, 1)).slice(0, 2)).toEqual([0, 1]);
    const found = textsWithRoom(screen, nearestFirst(screen, all(5), emphasis), (point) => (point === 4 ? " " : "same"), measure, 9);
    // The farther of two at one place has no room.
    expect(found.map(({ point }) => point)).toEqual([1, 2]);
  });

  it("keep their order in a plane", () => {
    expect(nearestFirst(screenOf([0, 0, 0, 0.1, 0, 0, 0.2, 0, 0]), [2, 0, 1], new Uint8Array(3).fill(1))).toEqual([2, 0, 1]);
  });

  it("are found by all of their length, the nearer of two", () => {
    const screen = screenOf([0, 0, -0.5, 0, 0, 0.5, NaN, 0, 0], 3);
    const texts = [{ point: 0, text: "far", width: 120 }, { point: 1, text: "near", width: 40 }, { point: 2, text: "out of sight", width: 900 }];
    expect([[200, 200], [250, 204], [270, 200], [200, 230]].map(([x, y]) => textAt(screen, texts, x!, y!))).toEqual([1, 0, -1, -1]);
  });

  it("have their colour as far as one can read it", () => {
    const [light, dark]: [Shade, Shade] = [[236, 238, 241], [10, 12, 15]];
    for (const [ground, ink] of [[light, [20, 25, 31]], [dark, [230, 234, 238]]] as const) {
      for (const shade of [[199, 91, 18], [151, 161, 172], [91, 101, 112], [255, 220, 60], [0, 0, 0], [255, 255, 255]] as const) {
        expect(contrast(readable(shade, ground, ink), ground)).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(readable([69, 200, 189], dark, [230, 234, 238])).toEqual([69, 200, 189]);
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  });
});
