import { describe, expect, it } from "vitest";
import type { PointAt, RunLine } from "./lines";
import { limitedPoints, orderedPoints, pointsTsv } from "./valuerows";

const point = (run: string, value: number, x = 5): PointAt =>
  ({ line: { run, label: run, tag: "loss", segment: null } as unknown as RunLine, x, value, smoothed: null, step: x, wallTime: 1.7e9 }) as PointAt;
/** As `pointsAt` gives them. */
const POINTS = [point("run 10", 9), point("run 2", 4, 7), point("run 1", 1), point("run 3", NaN)];
const names = (points: readonly PointAt[]) => points.map(({ line }) => line.run);

describe("the order of values", () => {
  it.each([
    ["descending", null, ["run 10", "run 2", "run 1", "run 3"]],
    ["ascending", null, ["run 1", "run 2", "run 10", "run 3"]],
    ["name", null, ["run 1", "run 2", "run 3", "run 10"]],
    ["nearest-y", 4.2, ["run 2", "run 1", "run 10", "run 3"]],
    ["nearest", null, ["run 10", "run 2", "run 1", "run 3"]],
  ] as const)("%s from %s", (sort, y, order) => expect(names(orderedPoints(POINTS, sort, { y }))).toEqual(order));
  it("nearest counts both directions, in pixels", () => {
    const distance = ({ x, value }: PointAt) => Math.hypot((x - 5) * 100, value - 4.2);
    expect(names(orderedPoints(POINTS, "nearest", { y: 4.2, distance }))).toEqual(["run 1", "run 10", "run 2", "run 3"]);
  });
});

describe("fewer rows", () => {
  it("are the first in order where the pointer makes it or is away", () => {
    expect(names(limitedPoints(POINTS, "descending", 2, { y: null }))).toEqual(["run 10", "run 2"]);
    expect(names(limitedPoints(orderedPoints(POINTS, "nearest-y", { y: 1 }), "nearest-y", 1, { y: 1 }))).toEqual(["run 1"]);
  });
  it("are those near the pointer in any other order", () => expect(names(limitedPoints(POINTS, "descending", 2, { y: 2 }))).toEqual(["run 2", "run 1"]));
  it("are all where they are few", () => expect(limitedPoints(POINTS, "name", 4, { y: 1 })).toBe(POINTS));
});

it("values are copied with every one of their digits, and no name breaks the table", () => {
  const [head, first, second] = pointsTsv([point("a\tb\n=c", 0.1 + 0.2), point("b", NaN)]).split("\n");
  expect(head).toBe("run\ttag\tstep\ttime\tvalue\tsmoothed");
  expect(first?.split("\t").toSpliced(3, 1)).toEqual(["a b =c", "loss", "5", "0.30000000000000004", ""]);
  expect(second).toContain("\tnan\t");
});
