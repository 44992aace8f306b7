import { describe, expect, it } from "vitest";
import { toPixels, type Curve } from "./curves";
import { guideNames } from "./guides";

const line = (id: string, x: number[], y: number[]): Curve => ({ id, label: id, color: "#000", x: Float64Array.from(x), y: Float64Array.from(y) });
const along = (id: string, height: number): Curve => line(id, Array.from({ length: 101 }, (_, index) => index / 100), Array.from({ length: 101 }, () => height));
const plot = { left: 0, top: 0, right: 400, bottom: 200 };
const toX = toPixels([0, 1], [0, 400]);
const toY = toPixels([0, 1], [200, 0]);
const names = (guides: Curve[], curves: Curve[]) => guideNames(guides, curves, toX, toY, plot);

describe("names of guides", () => {
  it("stand on their line, near the middle", () => expect(names([along("F1 0.5", 0.5)], [])).toEqual([{ id: "F1 0.5", label: "F1 0.5", x: 200, y: 100 }]));
  it("go where no curve is, also between its points", () => {
    const [name] = names([along("F1 0.5", 0.5)], [line("run", [0.4, 0.6], [1, 0])]);
    expect(name!.y).toBe(100);
    expect(Math.abs(name!.x - 200)).toBeGreaterThanOrEqual(20);
  });
  it("do not stand on one another", () => {
    const [first, second] = names([along("F1 0.5", 0.5), along("F1 0.51", 0.51)], []);
    expect(Math.abs(first!.x - second!.x)).toBeGreaterThan(36);
  });
  it("are left out where there is no room, outside the window and without words", () => {
    const full = Array.from({ length: 60 }, (_, index) => along(`run ${index}`, 0.4 + index / 300));
    expect(names([along("F1 0.5", 0.5), along("above", 1.2), { ...along("", 0.5) }], full)).toEqual([]);
  });
  it("take what is not finite as a gap", () => expect(names([along("F1 0.5", 0.5)], [line("run", [0.5, NaN, 0.5], [1, 0.5, 0])])[0]).toMatchObject({ x: 200 }));
});
