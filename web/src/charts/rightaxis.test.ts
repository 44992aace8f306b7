import { describe, expect, it } from "vitest";
import { describeChart } from "./describe";
import { axisOf, NO_ZOOM, viewOf, type Line } from "./line";
import { modelOf, optionsFor, scaleOf, shapeOf } from "./options";
import { strokeNear } from "./overlay";
import { chartSvg } from "./svg";

function line(label: string, value: number[], side?: "right"): Line {
  const columns = { x: Float64Array.from(value, (_, index) => index), value: Float64Array.from(value), smoothed: null };
  return { key: label, label, color: "#123456", dash: [], ...columns, nonfinite: { x: new Float64Array(), kind: new Float64Array() }, ...(side ? { side } : {}) };
}

const theme = { text: "#000", grid: "#eee", surface: "#fff", cursor: "#888", alert: "#f00", accent: "#0aa", mono: "monospace" };
const settings = { zoom: NO_ZOOM, yScale: "linear", outliersClipped: false, rawShown: true } as const;
const loss = line("loss", [2, 1]);
const rate = line("rate", [0.001, 0.0001, 0.0002], "right");

describe("an axis at the right", () => {
  const view = viewOf([loss, rate], settings);

  it("has a range of its own, and one x with the left one", () => {
    expect(view.y[0]).toBeLessThanOrEqual(1);
    expect(view.y[1]).toBeGreaterThanOrEqual(2);
    expect(view.right?.y[1]).toBeLessThan(0.002);
    expect(view.x).toEqual([0, 2]);
    expect(axisOf(view, loss)).toBe(view);
    expect(axisOf(view, rate)).toBe(view.right);
  });

  it("is not there where no line, or every line, is read on it", () => {
    expect(viewOf([loss], settings).right).toBeUndefined();
    const alone = viewOf([rate], settings);
    expect(alone.right).toBeUndefined();
    expect(alone.y[1]).toBeLessThan(0.002);
    expect(scaleOf(alone, rate)).toBe("y");
  });

  it("keeps its own zoom, and leaves fixed ends to the left one", () => {
    const zoomed = viewOf([loss, rate], { ...settings, zoom: { x: null, y: [1, 1.5], right: [0, 5e-4] }, fixed: { min: 0, max: 8 } });
    expect([zoomed.y, zoomed.right?.y]).toEqual([[1, 1.5], [0, 5e-4]]);
    const fixed = viewOf([loss, rate], { ...settings, fixed: { min: 0, max: 8 } });
    expect(fixed.y).toEqual([0, 8]);
    expect(fixed.right?.y[1]).toBeLessThan(0.002);
  });

  it("is logarithmic where both are, symmetric where its values are not all positive", () => {
    const log = viewOf([loss, line("gap", [-1, 3], "right")], { ...settings, yScale: "log" });
    expect([log.yKind, log.right?.yKind]).toEqual(["log", "symlog"]);
  });

  it("is drawn by uPlot at the right, and makes another plot when it comes or goes", () => {
    const model = modelOf({ lines: [loss, rate], view, zoom: NO_ZOOM, xUnit: "step", rawShown: true, theme });
    const options = optionsFor(() => model, { width: 400, height: 200 }, () => {});
    expect(options.axes?.map(({ scale, side }) => [scale, side])).toEqual([["x", undefined], ["y", undefined], ["right", 1]]);
    expect(Object.keys(options.scales ?? {})).toEqual(["x", "y", "right"]);
    const left = [loss, { ...rate, side: "left" as const }];
    expect(shapeOf(modelOf({ ...model, lines: left, view: viewOf(left, settings) }))).not.toBe(shapeOf(model));
  });

  it("is where a line of it is looked for under the pointer", () => {
    const model = modelOf({ lines: [loss, rate], view, zoom: NO_ZOOM, xUnit: "step", rawShown: true, theme });
    // 100 pixels of either axis: 2 of the left one, 0.002 of the right one.
    const toY = (of: Line) => (value: number) => 100 * (1 - value / (scaleOf(view, of) === "right" ? 0.002 : 2));
    const near = (x: number, top: number) => strokeNear(model, x, top, toY)?.line.label;
    // At x = 1 the loss is drawn at 50, the rate at 95: on the left axis the rate would lie at 99.995, below the loss of any height.
    expect([near(1, 52), near(1, 93), near(0, 48), near(0, 2)]).toEqual(["loss", "rate", "rate", "loss"]);
  });

  it("is named in the chart's description and drawn in its picture", () => {
    expect(describeChart("both", [loss, rate], view, "step")).toContain("At the right");
    const model = modelOf({ lines: [loss, rate], view, zoom: NO_ZOOM, xUnit: "step", rawShown: true, theme });
    const paths = [...chartSvg(model, "both").matchAll(/<path d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)/g)].map(([, from, to]) => Number(to) - Number(from));
    // Both fall by most of the height of the chart, though their values differ a thousandfold.
    expect(paths).toHaveLength(2);
    for (const fall of paths) expect(fall).toBeGreaterThan(200);
  });
});
