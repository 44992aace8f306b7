import { describe, expect, it } from "vitest";
import type { Range } from "../lib/range";
import { scaledXTicks, xFraction, xTicks, yFraction, yTicks } from "./axes";
import { describeChart } from "./describe";
import { dragArea, panned, zoomed } from "./gestures";
import { firstNonfinite, indicesWithin, NO_ZOOM, viewOf, type Line, type ViewSettings } from "./line";
import { modelOf, shapeOf, thresholdsOf, type ChartTheme } from "./options";
import { strokeNear } from "./overlay";
import { dottedIndices, markersOf, sidesteps, traceBeside, tracePolyline, triangle } from "./strokes";
import { chartSvg, legendPlaces } from "./svg";

const THEME: ChartTheme = { text: "#555", grid: "#eee", surface: "#fff", cursor: "#555", alert: "#c00", accent: "#0a7d78", mono: "monospace" };
const SETTINGS: ViewSettings = { zoom: NO_ZOOM, yScale: "linear", outliersClipped: true, rawShown: true };

interface Parts {
  x?: number[];
  value?: number[];
  smoothed?: number[];
  bad?: [x: number, kind: number][];
  label?: string;
}

function line({ x = [], value = x, smoothed, bad = [], label = "run" }: Parts): Line {
  return {
    key: label, label, color: "#0072b2", dash: [], x: Float64Array.from(x), value: Float64Array.from(value),
    smoothed: smoothed ? Float64Array.from(smoothed) : null,
    nonfinite: { x: Float64Array.from(bad, ([at]) => at), kind: Float64Array.from(bad, ([, kind]) => kind) },
  };
}

function trace(of: Line, range: readonly [number, number] = [0, of.x.length]): { path: string; alone: number[] } {
  const path: string[] = [];
  const pen = { moveTo: (x: number, y: number) => void path.push(`M${x},${y}`), lineTo: (x: number, y: number) => void path.push(`L${x},${y}`) };
  const alone = tracePolyline(pen, of.x, of.value, of.nonfinite.x, range, (x) => x, (y) => y);
  return { path: path.join(" "), alone };
}

describe("view", () => {
  it("place a logarithm of steps beside 0 symmetrically, and say where it is linear", () => {
    const of = (steps: number[], x: Range | null = null) => viewOf([line({ x: steps })], { ...SETTINGS, zoom: { x, y: null }, xScale: "log" });
    expect(of([0, 2, 100])).toMatchObject({ x: [0, 100], xKind: "symlog", xLinearBelow: 2 });
    expect(of([1, 2, 100])).toMatchObject({ x: [1, 100], xKind: "log" });
    expect(of([0, 2, 100], [2, 50])).toMatchObject({ x: [2, 50], xKind: "log" });
    const fraction = xFraction(of([1, 10, 100]));
    expect([fraction(1), fraction(10), fraction(100)]).toEqual([0, 0.5, 1]);
    expect(scaledXTicks("step", of([1, 10, 1000]), 400).map((tick) => tick.label)).toEqual(["1", "10", "100", "1k"]);
    expect(scaledXTicks("step", of([0, 1, 1000]), 400).map((tick) => tick.label)).toEqual(["0", "1", "10", "100", "1k"]);
  });
  it("follows the data of all lines", () => {
    const view = viewOf([line({ x: [0, 10], value: [1, 2] }), line({ x: [5, 20], value: [3, 4] })], SETTINGS);
    expect(view.x).toEqual([0, 20]);
    expect(view.y[0]).toBeLessThan(1);
    expect(view.y[1]).toBeGreaterThan(4);
  });
  it("is not ruined by a leading NaN", () => {
    const view = viewOf([line({ x: [1, 2], value: [5, 6], bad: [[0, 0]] })], SETTINGS);
    expect(view.x).toEqual([0, 2]);
    expect(view.y.every(Number.isFinite)).toBe(true);
    expect(view.y[0]).toBeGreaterThan(4);
  });
  it("has axes for a series of nothing but NaN", () => {
    const view = viewOf([line({ bad: [[0, 0], [9, 0]] })], SETTINGS);
    expect(view).toMatchObject({ x: [0, 9], y: [0, 1], empty: true });
  });
  it("gives one point and constants room", () => {
    const view = viewOf([line({ x: [7], value: [3] })], SETTINGS);
    expect(view.x).toEqual([6.5, 7.5]);
    expect(view.y[0]).toBeCloseTo(2.7);
  });
  it("rescales y to what the zoomed x shows, and keeps a zoomed y", () => {
    const lines = [line({ x: [0, 1, 2, 3], value: [100, 1, 2, 100] })];
    expect(viewOf(lines, { ...SETTINGS, zoom: { x: [1, 2], y: null } }).y[1]).toBeLessThan(3);
    expect(viewOf(lines, { ...SETTINGS, zoom: { x: [1, 2], y: [0, 50] } }).y).toEqual([0, 50]);
  });
  it("clips outliers and counts them, or shows them", () => {
    const x = Array.from({ length: 100 }, (_, index) => index);
    const lines = [line({ x, value: x.map((at) => (at === 50 ? 1e6 : Math.sin(at))) })];
    const clipped = viewOf(lines, SETTINGS);
    expect(clipped.outside).toBe(1);
    expect(clipped.y[1]).toBeLessThan(2);
    expect(viewOf(lines, { ...SETTINGS, outliersClipped: false })).toMatchObject({ outside: 0 });
  });
  it("keeps the ends that were fixed, and lets the others follow the data", () => {
    const lines = [line({ x: [0, 1], value: [2, 8] })];
    const fixed = (min: number | null, max: number | null) => viewOf(lines, { ...SETTINGS, fixed: { min, max } });
    expect(fixed(0, 1)).toMatchObject({ y: [0, 1], outside: 2 });
    expect([fixed(-1, null).y[0], fixed(-1, null).y[1] > 8]).toEqual([-1, true]);
    // A floor above all values still makes an axis.
    expect(fixed(20, null).y[1]).toBeGreaterThan(20);
    expect(viewOf(lines, { ...SETTINGS, fixed: { min: 0, max: 1 }, zoom: { x: null, y: [3, 4] } }).y).toEqual([3, 4]);
  });
  it("is a symmetric logarithm where that is asked for, or where a fixed end is not above 0", () => {
    const lines = [line({ x: [0, 1], value: [2, 8] })];
    expect(viewOf(lines, { ...SETTINGS, yScale: "symlog" })).toMatchObject({ yKind: "symlog", linearBelow: 2 });
    expect(viewOf(lines, { ...SETTINGS, yScale: "log", fixed: { min: -1, max: null } }).yKind).toBe("symlog");
  });
  it("takes a symmetric logarithm where a logarithm cannot be", () => {
    expect(viewOf([line({ x: [0, 1], value: [1, 10] })], { ...SETTINGS, yScale: "log" }).yKind).toBe("log");
    const view = viewOf([line({ x: [0, 1, 2], value: [0, 0.5, 10] })], { ...SETTINGS, yScale: "log" });
    expect(view).toMatchObject({ yKind: "symlog", linearBelow: 0.5 });
  });
  it("scales to the smoothed line where values are not drawn", () => {
    const lines = [line({ x: [0, 1], value: [-100, 100], smoothed: [1, 2] })];
    expect(viewOf(lines, { ...SETTINGS, rawShown: false }).y[1]).toBeLessThan(3);
  });
});

describe("strokes", () => {
  it("break where a value is no number", () => {
    expect(trace(line({ x: [0, 1, 2, 3], bad: [[1.5, 0]] }))).toEqual({ path: "M0,0 L1,1 M2,2 L3,3", alone: [] });
  });
  it("break at a NaN logged at the same step as a number", () => {
    expect(trace(line({ x: [0, 1, 2], bad: [[1, 0]] })).path).toBe("M0,0 M1,1 L2,2");
  });
  it("make dots of points without neighbours", () => {
    expect(trace(line({ x: [0, 2, 4], bad: [[1, 0], [3, 1]] })).alone).toEqual([0, 1, 2]);
    expect(trace(line({ x: [5] })).alone).toEqual([0]);
  });
  it("forget breaks before the window", () => {
    expect(trace(line({ x: [0, 1, 2, 3], bad: [[0.5, 0]] }), [2, 4]).path).toBe("M2,2 L3,3");
  });
  it("draw equal steps one above the other", () => expect(trace(line({ x: [0, 1, 1], value: [0, 1, 5] })).path).toBe("M0,0 L1,1 L1,5"));
  it("keep far pixels drawable", () => expect(trace(line({ x: [0, 1], value: [0, 1e300] })).path).toBe("M0,0 L1,100000"));
  it("reach one point beyond the window at either side", () => {
    expect(indicesWithin(Float64Array.of(0, 1, 2, 3, 4), [1.5, 2.5])).toEqual([1, 4]);
    expect(indicesWithin(Float64Array.of(0, 1), [-5, 5])).toEqual([0, 2]);
    expect(indicesWithin(Float64Array.of(), [0, 1])).toEqual([0, 0]);
  });
  it("dot every point of a sparse line", () => {
    expect(dottedIndices(line({ x: [0, 1, 2] }), [0, 2], [])).toEqual([0, 1, 2]);
    expect(dottedIndices(line({ x: Array.from({ length: 99 }, (_, index) => index) }), [0, 98], [4])).toEqual([4]);
  });
});

describe("wide lines", () => {
  const beside = (of: Line, steps: number[]) => {
    const path: string[] = [];
    const round = (value: number) => Math.round(value * 100) / 100 + 0;
    const pen = { moveTo: (x: number, y: number) => void path.push(`M${round(x)},${round(y)}`), lineTo: (x: number, y: number) => void path.push(`L${round(x)},${round(y)}`) };
    const alone = traceBeside(pen, steps, of.x, of.value, of.nonfinite.x, [0, of.x.length], (x) => x, (y) => y);
    return { path: path.join(" "), alone };
  };
  it("are bundles that are as wide together", () => {
    expect(sidesteps(1)).toEqual([0]);
    expect(sidesteps(1.6).map((step) => Math.round(step * 10) / 10)).toEqual([-0.3, 0.3]);
    expect(sidesteps(3)).toEqual([-1, 0, 1]);
  });
  it("run beside the points, across each slope", () => {
    expect(beside(line({ x: [0, 1, 2], value: [0, 0, 0] }), [-0.5, 0.5]).path).toBe("M0,-0.5 L1,-0.5 L2,-0.5 M0,0.5 L1,0.5 L2,0.5");
    // Up and down again: on one side of both.
    expect(beside(line({ x: [0, 0, 0], value: [0, 9, 0] }), [0.5]).path).toBe("M-0.5,0 L-0.5,9 L-0.5,0");
  });
  it("break where a value is no number, and leave lonely points to dots", () => {
    expect(beside(line({ x: [0, 1, 2, 3], value: [0, 0, 0, 0], bad: [[1.5, 0]] }), [0.5]).path).toBe("M0,0.5 L1,0.5 M2,0.5 L3,0.5");
    expect(beside(line({ x: [0, 2], bad: [[1, 0]] }), [0]).alone).toEqual([0, 1]);
    expect(beside(line({}), [0.5])).toEqual({ path: "", alone: [] });
  });
  it("take no harm from equal points", () => expect(beside(line({ x: [1, 1], value: [2, 2] }), [0.5]).path).toBe("M1,2.5 L1,2.5"));
});

describe("markers", () => {
  const at = (of: Line, spacing?: number) => markersOf(of, of.value, [0, 100], (x) => x, (y) => 100 - y, 0, 100, spacing);
  it("stand where the last number was, infinities at the edge", () => {
    const markers = at(line({ x: [0, 10], value: [40, 60], bad: [[20, 0], [30, 1], [40, 2]] }));
    expect(markers).toEqual([{ kind: "nan", px: 20, py: 40 }, { kind: "+inf", px: 30, py: 0 }, { kind: "-inf", px: 40, py: 100 }]);
  });
  it("take the next number where there is none before", () => expect(at(line({ x: [10], value: [60], bad: [[1, 0]] }))[0]?.py).toBe(40));
  it("stand in the middle where there is no number at all", () => expect(at(line({ bad: [[1, 0]] }))[0]?.py).toBe(50));
  it("are not drawn a thousand times over each other", () => {
    const bad = Array.from({ length: 1000 }, (_, index): [number, number] => [index / 10, 0]);
    expect(at(line({ bad }), 10)).toHaveLength(10);
  });
  it("point to where the value went", () => {
    expect(triangle({ kind: "+inf", px: 0, py: 0 }, 5)[0]).toEqual([0, -5]);
    expect(triangle({ kind: "-inf", px: 0, py: 0 }, 5)[0]).toEqual([0, 5]);
  });
  it("tell the first one", () => {
    expect(firstNonfinite([line({ bad: [[9, 0]] }), line({ bad: [[7, 1]] })])).toEqual({ name: "+Inf", x: 7 });
    expect(firstNonfinite([line({ x: [1] })])).toBeNull();
  });
});

describe("axes", () => {
  it("label steps, durations and clocks", () => {
    expect(xTicks("step", 0, 10_000, 420).map((tick) => tick.label)).toEqual(["0", "2k", "4k", "6k", "8k", "10k"]);
    expect(xTicks("relative", 0, 240, 400).map((tick) => tick.label)).toEqual(["0", "1 min", "2 min", "3 min", "4 min"]);
    expect(xTicks("wall", 1_700_000_000, 1_700_003_600, 400).every((tick) => /^\d\d:\d\d$|^\d\d-\d\d$/.test(tick.label))).toBe(true);
  });
  it("label logarithms", () => {
    expect(yTicks({ y: [1e-4, 10], yKind: "log", linearBelow: 1 }, 300).map((tick) => tick.label)).toEqual(["1e-4", "1e-3", "0.01", "0.1", "1", "10"]);
  });
  it("place values as their scale does", () => {
    expect(yFraction({ y: [0, 10], yKind: "linear", linearBelow: 1 })(5)).toBe(0.5);
    expect(yFraction({ y: [1, 100], yKind: "log", linearBelow: 1 })(10)).toBeCloseTo(0.5);
    expect(yFraction({ y: [-10, 10], yKind: "symlog", linearBelow: 1 })(0)).toBeCloseTo(0.5);
  });
});

describe("gestures", () => {
  const box = { width: 400, height: 200 };
  const area = (left: number, top: number, options = {}) => dragArea({ left: 100, top: 100 }, { left: 100 + left, top: 100 + top }, box, options);
  it("take a small movement for a click", () => expect(area(3, -2)).toBeNull());
  it("zoom along x, along y, or both", () => {
    expect(area(100, 10)).toEqual({ x: [0.25, 0.5], y: null });
    expect(area(10, 50)).toEqual({ x: null, y: [0.25, 0.5] });
    expect(area(-100, -50)).toEqual({ x: [0, 0.25], y: [0.5, 0.75] });
  });
  it("make a rectangle of a flat drag when asked", () => expect(area(100, 10, { both: true })).toEqual({ x: [0.25, 0.5], y: [expect.closeTo(0.45), 0.5] }));
  it("stay within the plot", () => expect(area(9999, 0)?.x).toEqual([0.25, 1]));
  it("zoom around the pointer and pan", () => {
    expect(zoomed([0, 10], 0.5, 0.2)).toEqual([1, 6]);
    expect(panned([0, 10], 0.1)).toEqual([1, 11]);
  });
  it("stop zooming where numbers end", () => {
    let range: readonly [number, number] = [1, 2];
    for (let times = 0; times < 1000; times += 1) range = zoomed(range, 0.5, 0.5);
    expect(range[1]).toBeGreaterThan(range[0]);
  });
});

describe("model", () => {
  const subject = (lines: Line[]) => {
    const view = viewOf(lines, SETTINGS);
    return modelOf({ lines, view, zoom: NO_ZOOM, xUnit: "step", rawShown: true, theme: THEME });
  };
  it("draws faded values behind every smoothed line", () => {
    const { strokes } = subject([line({ x: [0, 1], smoothed: [0, 1], label: "a" }), line({ x: [0, 1], smoothed: [0, 1], label: "b" })]);
    expect(strokes.map((stroke) => `${stroke.line.label} ${stroke.faded}`)).toEqual(["a true", "b true", "a false", "b false"]);
  });
  it("keeps its plot while data grow and runs come, and wants another for other scales", () => {
    const before = shapeOf(subject([line({ x: [0, 1] })]));
    expect(shapeOf(subject([line({ x: [0, 1, 2] }), line({ x: [0, 1], label: "other" })]))).toBe(before);
    const lines = [line({ x: [1, 2] })];
    expect(shapeOf(modelOf({ lines, view: viewOf(lines, { ...SETTINGS, yScale: "log" }), zoom: NO_ZOOM, xUnit: "step", rawShown: true, theme: THEME }))).not.toBe(before);
  });
  it("keeps its plot while the threshold of a symmetric logarithm moves", () => {
    const of = (zoom: Range | null) => {
      const lines = [line({ x: [0, 1, 2, 3], value: [-0.001, 0.001, -1, 1] })];
      return modelOf({ lines, view: viewOf(lines, { ...SETTINGS, zoom: { x: zoom, y: null }, yScale: "symlog" }), zoom: NO_ZOOM, xUnit: "step", rawShown: true, theme: THEME });
    };
    expect(thresholdsOf(of(null).view)).toEqual([["x", 1], ["y", 0.001]]);
    expect(thresholdsOf(of([2, 3]).view)).toEqual([["x", 1], ["y", 1]]);
    expect(shapeOf(of([2, 3]))).toBe(shapeOf(of(null)));
  });
  it("knows the line under the pointer", () => {
    const model = subject([line({ x: [0, 10], value: [0, 100], label: "low" }), line({ x: [0, 10], value: [50, 150], label: "high" })]);
    const near = (top: number) => strokeNear(model, 9, top, () => (value) => value)?.line.label;
    expect([near(95), near(140), near(500)]).toEqual(["low", "high", undefined]);
  });
  it("is told in words", () => {
    const { lines, view } = subject([line({ x: [0, 100], value: [2, 0.5], bad: [[50, 0]], label: "baseline" })]);
    expect(describeChart("loss", lines, view, "step")).toMatch(/^loss: 1 run, step 0 to 100, values .* baseline ends at 0.5, 1 value not finite\.$/);
  });
  it("is told by its runs where several lines are one run's, and by their number where they are many", () => {
    const told = (lines: Line[], unit: "step" | "relative" | "wall" | "tag" = "step") => describeChart("loss", lines, viewOf(lines, SETTINGS), unit);
    expect(told([])).toBe("loss: nothing to show.");
    const pair = [line({ x: [0, 1], value: [1, 2], label: "a, train" }), line({ x: [0, 1], value: [3, 4], label: "a, val" })].map((one) => ({ ...one, run: "a" }));
    expect(told(pair)).toMatch(/^loss: 2 lines of 1 run, .* a, train ends at 2\. a, val ends at 4\.$/);
    const many = Array.from({ length: 7 }, (_, index) => line({ x: [0, 1], value: [index, index], label: `run ${index}` }));
    expect(told(many)).toMatch(/^loss: 7 runs, step 0 to 1, values \S+ to \S+\.$/);
    expect(told([line({ x: [0, 90], value: [1, 2], label: "a" })], "relative")).toContain("time 0");
    expect(told([line({ x: [0, 2.5], value: [1, 2], label: "a" })], "tag")).toContain("x 0 to 2.5");
  });
  it("is told with smoothed ends, and without any where nothing is finite", () => {
    const [smooth] = [line({ x: [0, 1], value: [1, 9], smoothed: [1, 5], label: "a" })];
    expect(describeChart("loss", [smooth!], viewOf([smooth!], SETTINGS), "step")).toContain("a ends at 5.");
    const nan = line({ x: [], value: [], bad: [[0, 0], [1, 0]], label: "a" });
    expect(describeChart("loss", [nan], viewOf([nan], SETTINGS), "step")).toMatch(/no finite values\. a has no finite values, 2 values not finite\.$/);
  });
  it("is saved as SVG with names escaped", () => {
    const svg = chartSvg(subject([line({ x: [0, 1, 2], value: [1, 2, 3], bad: [[1.5, 0]], label: '<b>"&' })]), "loss <train>");
    expect(svg).toContain("loss &#60;train&#62;");
    expect(svg).toContain("&#60;b&#62;&#34;&#38;");
    expect(svg).not.toContain("<b>");
    expect(svg).toContain("<polygon");
    expect(svg.match(/NaN|undefined/)).toBeNull();
  });
  it("breaks a long legend into rows", () => {
    const { places, rows } = legendPlaces(Array.from({ length: 12 }, (_, index) => `a run with a long name ${index}`), 760);
    expect(rows).toBeGreaterThan(1);
    expect(Math.max(...places.map(([x]) => x))).toBeLessThan(760);
  });
});
