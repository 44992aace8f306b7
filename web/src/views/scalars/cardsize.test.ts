import { expect, it } from "vitest";
import { CARD_WIDTHS, cardHeight, sizeOf } from "./cardsize";

it("has the heights of the named sizes, and those between in proportion", () => {
  expect(Object.values(CARD_WIDTHS).map(cardHeight)).toEqual([150, 206, 320]);
  expect(cardHeight(450)).toBe(263);
  expect([sizeOf(340), sizeOf(450)]).toEqual(["medium", null]);
});
