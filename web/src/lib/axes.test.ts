import { describe, expect, it } from "vitest";
import { indexAtOrBefore, lowerBound, nearestIndex } from "./nearest";
import { extent, fences, linearRange, logRange, smallestMagnitude, spanWithin, xRange, type Span } from "./range";
import { durationTicks, linearTicks, logTicks, niceSpacing, spacingOf, symlogTicks, timeSpacing, wallTicks } from "./ticks";

const span = (...values: number[]): Span => ({ values, start: 0, stop: values.length });

describe("nearest", () => {
  const steps = [0, 10, 10, 20];
  it("finds bounds among equal values", () => {
    expect(lowerBound(steps, 10)).toBe(1);
    expect(indexAtOrBefore(steps, 10)).toBe(2);
    expect([indexAtOrBefore(steps, -1), indexAtOrBefore(steps, 99), lowerBound(steps, 99)]).toEqual([-1, 3, 4]);
  });
  it.each([[-5, 0], [4, 0], [5, 0], [6, 1], [15, 1], [16, 3], [99, 3]])("takes %d to index %d", (target, index) =>
    expect(nearestIndex(steps, target)).toBe(index));
  it("has nothing to find in nothing", () => expect(nearestIndex([], 1)).toBe(-1));
});

describe("ticks", () => {
  it("are round numbers within the range", () => {
    expect(linearTicks(0, 10_000, 5)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
    expect(linearTicks(0.06, 2.4, 5)).toEqual([0.5, 1, 1.5, 2]);
    expect(linearTicks(-0.1, 0.3, 4)).toEqual([-0.1, 0, 0.1, 0.2, 0.3]);
  });
  it("stay whole for steps", () => expect(linearTicks(0, 3, 10, { integral: true })).toEqual([0, 1, 2, 3]));
  it("survive ranges that are none", () => {
    expect(linearTicks(2, 1, 5)).toEqual([]);
    expect(linearTicks(NaN, 1, 5)).toEqual([]);
    expect(linearTicks(3, 3, 5)).toEqual([3]);
    expect(niceSpacing(0, 5)).toBe(1);
  });
  it("go by decades on a log axis, by 1, 2, 5 on a short one", () => {
    expect(logTicks(1e-4, 10, 6)).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1, 10]);
    expect(logTicks(1, 20, 6)).toEqual([1, 2, 5, 10, 20]);
    expect(logTicks(1e-12, 1, 4)).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1]);
    expect(logTicks(1, 1.5, 5)).toEqual([1, 1.1, 1.2, 1.3, 1.4, 1.5]);
  });
  it("refuse what has no logarithm", () => expect(logTicks(0, 1, 5)).toEqual([]));
  it("are symmetric around 0", () => expect(symlogTicks(-100, 100, 1, 8)).toEqual([-100, -10, -1, 0, 1, 10, 100]));
  it("use minutes and hours for durations", () => {
    expect(durationTicks(0, 134, 5)).toEqual([0, 30, 60, 90, 120]);
    expect(timeSpacing(86400 * 3, 6)).toBe(43200);
    expect(spacingOf(durationTicks(0, 3600, 4))).toBe(900);
  });
  it("stand on round local times", () => {
    const offset = 5.5 * 3600;
    for (const tick of wallTicks(1_700_000_000, 1_700_090_000, 5, -offset)) expect((tick + offset) % 21600).toBe(0);
  });
  it("are never endless", () => expect(linearTicks(0, 1e15, 1e9).length).toBeLessThanOrEqual(200));
});

describe("ranges", () => {
  it("ignore what is not finite", () => expect(extent([span(NaN, 1, Infinity, 3)])).toEqual([1, 3]));
  it("know that there is nothing", () => expect(extent([span(NaN)])).toBeNull());
  it("look only at what is in the window", () => {
    const within = spanWithin([0, 1, 2, 3], [9, 1, 2, 9], [1, 2]);
    expect(extent([within])).toEqual([1, 2]);
  });
  it("give constants a width", () => {
    expect(linearRange([5, 5])).toEqual([4.5, 5.5]);
    expect(linearRange([0, 0])).toEqual([-1, 1]);
    expect(linearRange([-2, -2])).toEqual([-2.2, -1.8]);
    expect(logRange([1, 1])).toEqual([0.5, 2]);
    expect(xRange([7, 7])).toEqual([6.5, 7.5]);
  });
  it("take rounding for a constant", () => expect(linearRange([1e-3, 1e-3 + 2e-19])[1]).toBeCloseTo(1.1e-3));
  it("do not show negative losses that are not there", () => expect(linearRange([0.01, 2])[0]).toBe(0));
  it("do not overflow", () => expect(linearRange([-1.7e308, 1.7e308]).every(Number.isFinite)).toBe(true));
  it("air a log axis by its decades", () => {
    const [low, high] = logRange([1e-2, 1e2]);
    expect(low).toBeCloseTo(10 ** -2.2);
    expect(high).toBeCloseTo(10 ** 2.2);
  });
  it("find where a symmetric log turns linear", () => expect(smallestMagnitude([span(0, -0.5, 3)])).toBe(0.5));
});

describe("fences", () => {
  const decay = Array.from({ length: 200 }, (_, index) => 0.2 + 2.1 * Math.exp(-index / 40));
  it("leave the start of a loss curve alone", () => expect(fences([span(...decay)])?.outside).toBe(0));
  it("shut out a spike and count it", () => {
    const found = fences([span(...decay, 1e6, -40)]);
    expect(found?.outside).toBe(2);
    expect(found?.range).toEqual([Math.min(...decay), Math.max(...decay)]);
  });
  it("say nothing about few points or constants", () => {
    expect(fences([span(1, 2, 1000)])).toBeNull();
    expect(fences([span(...Array.from({ length: 50 }, () => 1), 1000)])).toBeNull();
  });
  it("measure in decades on a log axis", () => {
    const decades = Array.from({ length: 100 }, (_, index) => 10 ** (-index / 10));
    expect(fences([span(...decades)], { log: true })?.outside).toBe(0);
    expect(fences([span(...decades, 0, -3, NaN, 1e60)], { log: true })).toEqual({ range: [decades[99], 1], outside: 1 });
  });
});
