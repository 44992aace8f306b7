import { describe, expect, it } from "vitest";
import { select } from "./select";

/** Numbers without rhyme, the same at each call. */
function scattered(count: number, of = 1000): Float64Array {
  let state = 12345;
  return Float64Array.from({ length: count }, () => ((state = (state * 1103515245 + 12345) % 2147483648), state % of));
}

describe("select", () => {
  it.each([
    ["scattered", scattered(501)], ["with many equal ones", scattered(400, 7)], ["ascending", Float64Array.from({ length: 300 }, (_, index) => index)],
    ["descending", Float64Array.from({ length: 301 }, (_, index) => -index)], ["all equal", new Float64Array(64)], ["one", Float64Array.of(4)], ["two", Float64Array.of(2, 1)],
  ])("finds what sorting finds: %s", (_, values) => {
    const sorted = values.slice().sort();
    for (let place = 0; place < values.length; place += 1) expect(select(values.slice(), place)).toBe(sorted[place]);
  });
  it("goes on from what is known to be no greater", () => {
    const values = scattered(1000);
    const sorted = values.slice().sort();
    expect([select(values, 50), select(values, 950, 50)]).toEqual([sorted[50], sorted[950]]);
  });
});
