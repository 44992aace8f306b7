import { describe, expect, it } from "vitest";
import { gripAt, slid } from "./rangegrip";

describe("a range", () => {
  it("is held at its edges, and moved by the strip at its top", () => {
    const at = (left: number, top = 80) => gripAt([100, 200], { left, top });
    expect([at(97), at(204), at(150), at(150, 6), at(60, 6)]).toEqual(["low", "high", null, "body", null]);
  });
  it("of no width is held by the edge on the pointer's side", () => {
    expect([gripAt([100, 100], { left: 98, top: 80 }), gripAt([100, 100], { left: 102, top: 80 })]).toEqual(["low", "high"]);
  });
  it("keeps its order however its edges are moved", () => {
    expect([slid([10, 20], "low", 10, 14), slid([10, 20], "high", 20, 5), slid([10, 20], "body", 12, 15)]).toEqual([[14, 20], [5, 10], [13, 23]]);
  });
});
