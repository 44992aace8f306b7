import { describe, expect, it } from "vitest";
import {
  formatBytes, formatCount, formatDuration, formatDurationTick, formatLogTick, formatQuantity, formatStepTick, formatTick,
  formatScore, formatValue, formatWallTick, formatWallTime,
} from "./format";

describe("formatScore", () => {
  it.each([
    [0.98, 3, "0.980"], [0.99996, 3, "0.999"], [1, 3, "1.000"], [0, 4, "0.0000"], [0.8333333, 4, "0.8333"], [NaN, 3, "NaN"],
  ] as const)("writes %d with %i decimals as %s", (score, decimals, text) => expect(formatScore(score, decimals)).toBe(text));
});

describe("formatValue", () => {
  it.each([
    [32.0, "32"], [0.001, "1e-3"], [0.0012, "0.0012"], [0.00012, "1.2e-4"], [1204, "1,204"], [0.199234, "0.1992"], [0, "0"], [-0, "0"], [0.5, "0.5"],
    [1234.56, "1,235"], [123.456, "123.5"], [1e6, "1e6"], [1234567, "1.235e6"], [-0.25, "-0.25"], [NaN, "NaN"], [Infinity, "+Inf"],
    [-Infinity, "-Inf"], [5e-324, "4.941e-324"], [0.99999, "1"], [999999, "999,999"],
  ])("writes %d as %s", (value, text) => expect(formatValue(value)).toBe(text));

  it("keeps as many digits as asked for", () => expect(formatValue(0.123456789, 7)).toBe("0.1234568"));
});

describe("counts", () => {
  it("groups thousands", () => expect(formatCount(1248300)).toBe("1,248,300"));
  it("keeps every digit of a large step", () => expect(formatCount(2 ** 53)).toBe("9,007,199,254,740,992"));
  it("groups negative steps", () => expect(formatCount(-1234)).toBe("-1,234"));
  it("knows one from many", () => {
    expect(formatQuantity(1, "point")).toBe("1 point");
    expect(formatQuantity(1204, "point")).toBe("1,204 points");
  });
});

describe("ticks", () => {
  it("gives all labels of an axis the same decimals", () => {
    expect([0, 0.5, 1, 1.5].map((tick) => formatTick(tick, 0.5))).toEqual(["0.0", "0.5", "1.0", "1.5"]);
    expect([0, 0.25, 1].map((tick) => formatTick(tick, 0.25))).toEqual(["0.00", "0.25", "1.00"]);
  });
  it("tells neighbours apart that are close and far from 0", () => {
    const labels = [1.00001, 1.00002, 1.00003].map((tick) => formatTick(tick, 0.00001));
    expect(new Set(labels).size).toBe(3);
  });
  it("writes small ones as powers", () => {
    expect([0, 0.0001, 0.0002].map((tick) => formatTick(tick, 0.0001))).toEqual(["0", "1e-4", "2e-4"]);
    expect([0.00025, 0.0005, 0.001].map((tick) => formatTick(tick, 0.00025))).toEqual(["2.5e-4", "5e-4", "1e-3"]);
  });
  it("writes 0.0005 and 0.001 of a learning rate alike", () => expect([0, 0.0005, 0.001].map((tick) => formatTick(tick, 0.0005))).toEqual(["0", "5e-4", "1e-3"]));
  it("shortens large ones", () => expect([0, 2000, 10000].map((tick) => formatTick(tick, 2000))).toEqual(["0", "2k", "10k"]));
  it.each([[0, "0"], [250, "250"], [10_000, "10k"], [1_500_000, "1.5M"], [2e9, "2G"], [-4000, "-4k"], [2.5, "2.5"]])(
    "writes step %d as %s", (step, text) => expect(formatStepTick(step)).toBe(text));
  it.each([[0.01, "0.01"], [0.001, "1e-3"], [100, "100"], [20000, "2e4"], [-1, "-1"], [0, "0"]])(
    "writes %d on a log axis as %s", (value, text) => expect(formatLogTick(value)).toBe(text));
});

describe("durations", () => {
  it.each([
    [0, "0 s"], [57, "57 s"], [57.4, "57 s"], [2.5, "2.5 s"], [0.12, "120 ms"], [134, "2 min 14 s"], [120, "2 min"], [10980, "3 h 3 min"],
    [183600, "2 d 3 h"], [-5, "-5 s"], [59.7, "1 min"], [NaN, "NaN"],
  ])("writes %d seconds as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
  it.each([
    [0, 10, "0"], [30, 10, "30 s"], [90, 30, "1:30"], [300, 300, "5 min"], [5400, 1800, "1:30 h"], [7200, 3600, "2 h"], [172800, 86400, "2 d"],
    [0.5, 0.5, "0.5 s"],
  ])("labels %d s on an axis of %d s as %s", (seconds, spacing, text) => expect(formatDurationTick(seconds, spacing)).toBe(text));
});

describe("wall time", () => {
  const noon = new Date(2026, 4, 7, 12, 30, 5).getTime() / 1000;
  it("is local and to the second", () => expect(formatWallTime(noon)).toBe("2026-05-07 12:30:05"));
  it("does not invent a date", () => expect(formatWallTime(NaN)).toBe("unknown time"));
  it("shortens on an axis", () => {
    expect(formatWallTick(noon, 10)).toBe("12:30:05");
    expect(formatWallTick(noon, 600)).toBe("12:30");
    expect(formatWallTick(noon, 86400)).toBe("05-07");
    expect([0, 0.5].map((later) => formatWallTick(noon + later, 0.5))).toEqual(["30:05.0", "30:05.5"]);
  });
});

it.each([[812, "812 B"], [4200, "4.2 kB"], [1_300_000, "1.3 MB"], [25_400_000, "25.4 MB"]])("writes %d bytes as %s", (bytes, text) =>
  expect(formatBytes(bytes)).toBe(text));

it("a step on an axis is short, however large", () => expect(formatStepTick(2 ** 63)).toBe("9.22337e18"));

it("a count beyond 2^53 says that its digits are not exact", () => {
  expect([formatCount(2 ** 53 - 1), formatCount(2 ** 63)]).toEqual(["9,007,199,254,740,991", "about 9.223372037e18"]);
});
