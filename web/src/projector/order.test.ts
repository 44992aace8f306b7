import { describe, expect, it } from "vitest";
import { orderOf } from "./order";

const points = Uint32Array.from({ length: 40 }, (_, point) => point + 3);

describe("the order of points", () => {
  it("is every point once, in no order of the file, and the same each time", () => {
    const emphasis = new Uint8Array(50).fill(1);
    const { drawn, labelled } = orderOf(points, emphasis);
    expect([...drawn].sort((a, b) => a - b)).toEqual([...points]);
    expect([...labelled].sort((a, b) => a - b)).toEqual([...points]);
    expect([...labelled]).not.toEqual([...points]);
    expect(orderOf(points, emphasis)).toEqual({ drawn, labelled });
  });

  it("draws those meant last and labels them first", () => {
    const emphasis = Uint8Array.from({ length: 50 }, (_, point) => point % 3);
    const { drawn, labelled } = orderOf(points, emphasis);
    const ranks = (order: Uint32Array) => [...order].map((point) => emphasis[point]!);
    expect(ranks(drawn)).toEqual([...ranks(drawn)].sort());
    expect(ranks(labelled)).toEqual([...ranks(labelled)].sort().reverse());
    expect([...labelled].sort((a, b) => a - b)).toEqual([...points]);
  });

  it("is empty for no points", () => {
    expect(orderOf(new Uint32Array(0), new Uint8Array(0))).toEqual({ drawn: new Uint32Array(0), labelled: new Uint32Array(0) });
  });
});
