import { describe, expect, it } from "vitest";
import { columnsIn, groupSpans } from "./packing";

describe("columns", () => {
  it("count the gaps between them", () => {
    expect([columnsIn(692, 340, 12), columnsIn(691, 340, 12), columnsIn(100, 340, 12)]).toEqual([2, 1, 1]);
  });
});

describe("groups", () => {
  it("of one card stand side by side", () => expect(groupSpans([1, 1, 1, 1], 2)).toEqual([1, 1, 1, 1]));
  it("with more cards than columns take the row", () => expect(groupSpans([5, 2], 3)).toEqual([3, 3]));
  it("take what the next one leaves", () => expect(groupSpans([1, 2, 1], 2)).toEqual([2, 2, 2]));
  it("never stretch a card to more than twice its width", () => expect(groupSpans([1, 4], 4)).toEqual([2, 4]));
  it("fill every row exactly where they can", () => expect(groupSpans([2, 1, 3], 3)).toEqual([2, 1, 3]));
  it("without cards, as while all is filtered, need no room", () => expect(groupSpans([], 3)).toEqual([]));
});
