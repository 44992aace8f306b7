import { describe, expect, it } from "vitest";
import { inNetworkOrder, numbersOf, partOf, sharedFolders, sharedRange } from "./layers";
import { histogramOf } from "./model";

describe("layers", () => {
  it("stand as they were logged, not by name", () => {
    expect(inNetworkOrder([{ tag: "conv1", order: 0 }, { tag: "fc", order: 9 }, { tag: "layer1", order: 4 }]).map(({ tag }) => tag)).toEqual(["conv1", "layer1", "fc"]);
  });
  it("of a server that says no order keep theirs", () => expect(inNetworkOrder([{ tag: "b" }, { tag: "a" }] as never[])).toEqual([{ tag: "b" }, { tag: "a" }]));
  it("are of a part", () => expect(["layer1/conv.weight", "fc/bias"].map(partOf)).toEqual(["weight", "bias"]));
  it("leave out the folders that all lie in", () => {
    expect([["p/a/weight", "p/b/weight"], ["p/a/weight", "p/a/bias"], ["conv", "p/a"], ["p/only"]].map(sharedFolders)).toEqual(["p/", "p/a/", "", ""]);
  });
  it("of one part share an axis", () => {
    const ranges = [["a/weight", [-1, 2]], ["b/weight", [0, 5]], ["a/bias", [-90, 90]]] as const;
    expect(sharedRange(ranges, "weight")).toEqual([-1, 5]);
    expect(sharedRange(ranges, "grad")).toBeNull();
  });
});

it("tells where values lie and how far they spread", () => {
  const even = histogramOf({ sample: 0, step: 0, wall_time: 0, left_edges: [0], right_edges: [100], counts: [1000], nan_count: 0, positive_infinity_count: 0, negative_infinity_count: 0, error: null });
  const { median, spread, low, high } = numbersOf(even);
  expect([median, low, high]).toEqual([50, 0, 100]);
  expect(spread).toBeCloseTo(34.13, 2);
});
