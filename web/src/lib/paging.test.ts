import { expect, it } from "vitest";
import { lastPageUpTo, onPage } from "./paging";

it("shows a page, the last one where the list became shorter, and all where there are no pages", () => {
  const items = [1, 2, 3, 4, 5];
  expect(onPage(items, lastPageUpTo(1, 5, 2), 2)).toEqual([3, 4]);
  expect(onPage(items, lastPageUpTo(9, 5, 2), 2)).toEqual([5]);
  expect(onPage(items, lastPageUpTo(9, 5, 0), 0)).toEqual(items);
  expect(lastPageUpTo(3, 0, 2)).toBe(0);
});
