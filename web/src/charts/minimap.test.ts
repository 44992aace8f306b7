import { describe, expect, it } from "vitest";
import { xAtFraction, xFraction } from "./axes";
import { drawnWindow, mapGripAt, movedWindow, NARROWEST } from "./minimap";

describe("what a pointer holds of the window", () => {
  it("is an edge near it, the window between, and nothing elsewhere", () => {
    expect([0.29, 0.31, 0.4, 0.5, 0.9].map((at) => mapGripAt([0.3, 0.5], at, 0.02))).toEqual(["low", "low", "body", "high", "new"]);
  });
  it("is the middle of a narrow window too", () => expect(mapGripAt([0.5, 0.51], 0.505, 0.02)).toBe("body"));
});

describe("a moved window", () => {
  it("keeps its width and stays within the whole", () => {
    expect(movedWindow([0.25, 0.5], "body", 0.25)).toEqual([0.5, 0.75]);
    expect(movedWindow([0.25, 0.5], "body", 9)).toEqual([0.75, 1]);
    expect(movedWindow([0.25, 0.5], "body", -9)).toEqual([0, 0.25]);
  });
  it("does not turn over", () => {
    expect(movedWindow([0.25, 0.5], "low", 9)).toEqual([0.5 - NARROWEST, 0.5]);
    expect(movedWindow([0.25, 0.5], "high", -9)).toEqual([0.25, 0.25 + NARROWEST]);
  });
  it("that reaches beyond the whole comes back", () => expect(movedWindow([-1, 0.5], "high", 0.25)).toEqual([0, 0.75]));
});

describe("a drawn window", () => {
  it("reaches from one place to the other, whichever way", () => expect(drawnWindow([0, 0.5], 0.75, 0.25)).toEqual([0.25, 0.75]));
  it("of one place is the one there was, around it", () => expect(drawnWindow([0, 0.25], 0.5, 0.5)).toEqual([0.375, 0.625]));
});

it("finds the place of a fraction on every scale", () => {
  for (const xKind of ["linear", "log", "symlog"] as const) {
    const view = { x: [2, 5000], xKind, xLinearBelow: 3 } as const;
    for (const at of [2, 77, 5000]) expect(xAtFraction(view)(xFraction(view)(at))).toBeCloseTo(at, 6);
  }
});
