import { describe, expect, it } from "vitest";
import { draggedWindow, nearestPoint, pathOf, toPixels, UNIT_WINDOW, type Curve } from "./curves";

const curve = (id: string, x: number[], y: number[]): Curve => ({ id, label: id, color: "#000", x: Float64Array.from(x), y: Float64Array.from(y) });
const toX = toPixels([0, 1], [0, 100]);
const toY = toPixels([0, 1], [100, 0]);

describe("a path", () => {
  it("goes through the points in pixels, y upwards", () => expect(pathOf(curve("a", [0, 0.5, 1], [1, 0.5, 0]), toX, toY)).toBe("M0.0 0.0L50.0 50.0L100.0 100.0"));
  it("is broken where a value is not finite", () => expect(pathOf(curve("a", [0, 0.5, 1, 1], [1, NaN, 0, 1]), toX, toY)).toBe("M0.0 0.0M100.0 100.0L100.0 0.0"));
});

describe("the nearest point", () => {
  const curves = [curve("a", [0, 1], [1, 1]), curve("b", [0, NaN, 1], [0, 0.2, 0])];
  it("is found over all curves", () => expect(nearestPoint(curves, toX, toY, 98, 95, 20)).toEqual({ id: "b", index: 2 }));
  it("is none where all are too far or not finite", () => {
    expect(nearestPoint(curves, toX, toY, 50, 50, 20)).toBeNull();
    expect(nearestPoint([curve("c", [NaN], [NaN])], toX, toY, 50, 50, 1000)).toBeNull();
  });
});

describe("a dragged window", () => {
  it("is in order and within what is shown", () => expect(draggedWindow(UNIT_WINDOW, [0.9, 0.2], [0.5, 1.4])).toEqual({ x: [0.5, 0.9], y: [0.2, 1] }));
  it("needs a drag that is meant", () => expect(draggedWindow(UNIT_WINDOW, [0.5, 0.2], [0.505, 0.9])).toBeNull());
});
