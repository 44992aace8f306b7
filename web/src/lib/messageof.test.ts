import { expect, it } from "vitest";
import { messageOf } from "./messageof";

it("tells the message of an error, and of anything else what it is", () => {
  expect(messageOf(new TypeError("4 rows, wanted 5"))).toBe("4 rows, wanted 5");
  expect(messageOf("gone")).toBe("gone");
  expect(messageOf(undefined)).toBe("undefined");
});
