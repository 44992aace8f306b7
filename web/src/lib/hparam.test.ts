import { describe, expect, it } from "vitest";
import { compareHParams, formatHParam, readHParam, readNumber } from "./hparam";

describe("hyperparameters", () => {
  it.each([
    [32, "32"], [0.001, "1e-3"], [3e-4, "3e-4"], [0.01, "0.01"], [0.1307, "0.1307"], [1024, "1,024"], [1e6, "1e6"], [2.5e9, "2.5e9"],
    [1234567, "1,234,567"], [0, "0"], [-1, "-1"], [Math.fround(0.1), "0.1"], [0.000925076134, "9.251e-4"], [0.123456, "0.123456"], [NaN, "NaN"], [Infinity, "+Inf"], [1e300, "1e300"],
    ["adam", "adam"], [true, "true"], [null, "none"], [undefined, ""],
  ] as const)("writes %s as people do", (value, text) => {
    expect(formatHParam(value)).toBe(text);
  });

  it("reads what JSON cannot say", () => {
    expect([readNumber("NaN"), readNumber("-Infinity"), readNumber(3)]).toEqual([NaN, -Infinity, 3]);
    expect([readHParam("Infinity"), readHParam("adam"), readHParam(null)]).toEqual([Infinity, "adam", null]);
  });

  it("orders mixed values, missing last", () => {
    const mixed = [undefined, null, "b10", true, "b9", 10, NaN, 9, false];
    expect([...mixed].sort(compareHParams)).toEqual([9, 10, NaN, "b9", "b10", false, true, null, undefined]);
  });
});
