import { describe, expect, it } from "vitest";
import { parseAxes, parseRange, writeRange } from "./links";

describe("a range in a link", () => {
  it("comes back as it was", () => expect(parseRange(writeRange([-1.5, 2e9]))).toEqual([-1.5, 2e9]));
  it("is none where there is none", () => expect([writeRange(null), parseRange("")]).toEqual(["", null]));
  it.each(["5", "5..", "..5", "9..3", "3..3", "a..b", "0..Infinity", "1..2..3"])("is none in %s", (text) => expect(parseRange(text)).toBeNull());
});

describe("axes in a link", () => {
  it("come back with what was set", () => {
    const axes = parseAxes(JSON.stringify({ loss: { scale: "log", min: 0.1, max: null }, acc: { scale: null, xScale: "symlog", min: 0, max: 1 } }));
    expect([...axes]).toEqual([["loss", { scale: "log", xScale: null, min: 0.1, max: null }], ["acc", { scale: null, xScale: "symlog", min: 0, max: 1 }]]);
  });
  it.each(["", "[1", "7", "null", '{"a":3}', '{"a":{"min":2,"max":1}}'])("are as they come in %s", (text) => expect(parseAxes(text).size).toBe(0));
  it("leave out what makes no sense", () => expect(parseAxes('{"a":{"scale":"cubic","min":"x","max":3}}').get("a")).toEqual({ scale: null, xScale: null, min: null, max: 3 }));
});
