import { describe, expect, it } from "vitest";
import { metricKey, questionOf, readColumn } from "./columns";
import { colorBy } from "./colors";
import { describe as inWords, tester, type Cell } from "./conditions";
import { writeTable } from "./files";
import { linePoints, nearestLine, shuffled, TOP } from "./geometry";
import { interactionOf } from "./interaction";
import { EMPTY, keepParts, readLink, writeLink } from "./link";
import { placeDots } from "./matrix";
import { commonPrefix, headLines } from "./names";
import { ProgressivePainter } from "./paint";
import { makeScale, naturalScale, possibleScales } from "./scales";
import { aggregate, bestRow, brushed, grouped, passing, sorted, type Table } from "./table";

const COLUMNS: Record<string, readonly Cell[]> = {
  "h:lr": [0.1, 0.01, 0.001, undefined],
  "h:opt": ["adam", "sgd", "adam", true],
  "h:same": [1, 1, 1, 1],
  "m:last:|acc": [NaN, 0.8, 0.9, undefined],
};
const table: Table = { rows: ["a", "b", "c", "d"].map((key, index) => ({ key, runs: [key], members: [index] })), cells: (key) => COLUMNS[key] ?? [] };
const ALL = [0, 1, 2, 3];

describe("scales", () => {
  it("are logarithmic where values span decades and categorical where some are no numbers", () => {
    expect(naturalScale([0.1, 0.01, 0.001], false)).toBe("log");
    expect(naturalScale([32, 128, 512], false)).toBe("log");
    expect(naturalScale([0, 0.25, 0.5], false)).toBe("linear");
    expect(naturalScale([0.001, 0.2, 0.3, 0.4, 0.5], false)).toBe("linear");
    expect(naturalScale([0.1, "auto"], false)).toBe("categorical");
  });

  it("hold thousands of texts: a few labels, and brushes that say the first and the last", () => {
    const texts = Array.from({ length: 5_000 }, (_, index) => `trial ${index}`);
    const scale = makeScale("categorical", [...texts, 3, true, undefined]);
    expect(scale.ticks.length).toBeLessThan(30);
    const condition = scale.between(0.2, 0.8);
    expect(JSON.stringify(condition).length).toBeLessThan(60);
    const kept = texts.filter(tester(condition));
    expect(kept.length).toBeGreaterThan(2_900);
    expect([kept[0], kept.at(-1)]).toEqual(["trial 999", "trial 4000"]);
    expect(scale.covered(condition)).toHaveLength(1);
    expect(scale.covered(condition)[0]![0]).toBeCloseTo(0.2, 3);
    expect(readLink(writeLink({ ...EMPTY, brushes: { "h:note": condition } })).brushes["h:note"]).toEqual(condition);
    expect([tester(condition)(undefined), tester(condition)(3)]).toEqual([false, false]);
    expect(naturalScale([NaN, undefined], true)).toBe("categorical");
    expect(possibleScales([-1, -2])).toEqual(["linear", "quantile", "categorical"]);
  });

  it("place values and label those that were tried", () => {
    const log = makeScale("log", [0.1, 0.01, 0.001]);
    expect([0.001, 0.01, 0.1].map((value) => log.place(value))).toEqual([0, expect.closeTo(0.5), 1]);
    expect(log.ticks.map((tick) => tick.label)).toEqual(["1e-3", "0.01", "0.1"]);
    expect([NaN, Infinity, undefined, "x", -1, 0].map((cell) => log.place(cell))).toEqual([null, null, null, null, null, null]);
    const few = makeScale("categorical", ["sgd", "adam", true, null]);
    expect(few.ticks.map((tick) => tick.label)).toEqual(["adam", "sgd", "true", "none"]);
    expect(makeScale("linear", [5, 5]).place(5)).toBe(0.5);
  });

  it.each(["linear", "log", "quantile"] as const)("brush on a %s axis asks for what it covers", (kind) => {
    const cells = [1, 2, 4, 8, 16, 32, 64, 1000];
    const scale = makeScale(kind, cells);
    const condition = scale.between(0.2, 0.75);
    const test = tester(condition);
    for (const cell of cells) {
      const at = scale.place(cell)!;
      expect(test(cell), String(cell)).toBe(at >= 0.2 - 1e-9 && at <= 0.75 + 1e-9);
    }
    const [[low, high]] = scale.covered(condition) as [[number, number]];
    expect([low, high]).toEqual([expect.closeTo(0.2), expect.closeTo(0.75)]);
    expect(tester(scale.between(-0.1, 1.2))(1000)).toBe(true);
  });

  it("survive huge, constant and hostile columns", () => {
    const huge = makeScale("linear", [-1.7e308, 1.7e308, 0]);
    expect([huge.place(-1.7e308), huge.place(0), huge.place(1.7e308)]).toEqual([0, 0.5, 1]);
    expect(makeScale("quantile", [3, 3, 3]).place(3)).toBe(0.5);
    expect(makeScale("log", [-1, -2]).kind).toBe("categorical");
    expect(makeScale("linear", []).ticks).toEqual([]);
  });
});

describe("conditions", () => {
  it("pass intervals, values, expressions and what is undefined", () => {
    expect([0.1, 0.5, NaN, undefined, "x"].map(tester({ ranges: [[0, 0.2], [0.4, 0.6]] }))).toEqual([true, true, false, false, false]);
    expect([0.1, NaN, undefined].map(tester({ ranges: [[0, 0.2]], missing: true }))).toEqual([true, true, true]);
    expect(["adam", "adamw", "sgd", undefined].map(tester({ pattern: "^adam" }))).toEqual([true, true, false, false]);
    expect(["adam", true, null].map(tester({ values: ["adam", null] }))).toEqual([true, false, true]);
    expect(["adam", undefined].map(tester({ pattern: "(" }))).toEqual([true, true]);
    expect([1, undefined, NaN].map(tester({ missing: true }))).toEqual([false, true, true]);
    expect(inWords({ ranges: [[1, 2]], missing: true }, String)).toBe("1 to 2 or undefined");
  });
});

describe("the table", () => {
  it("filters, excludes, brushes, sorts with gaps last, and finds the best", () => {
    expect(passing(table, new Map([["h:opt", { values: ["adam"] }]]))).toEqual([0, 2]);
    expect(passing(table, new Map(), [new Map([["h:opt", { values: ["adam"] }], ["h:lr", { ranges: [[0.05, 1]] }]])])).toEqual([1, 2, 3]);
    expect([...brushed(table, [1, 2, 3], new Map([["m:last:|acc", { ranges: [[0.85, 1]] }]]))]).toEqual([0, 1, 0]);
    expect([...brushed(table, ALL, new Map())]).toEqual([1, 1, 1, 1]);
    expect(sorted(ALL, COLUMNS["m:last:|acc"]!, true)).toEqual([2, 1, 0, 3]);
    expect(sorted(ALL, COLUMNS["m:last:|acc"]!, false)).toEqual([1, 2, 0, 3]);
    expect([bestRow(ALL, COLUMNS["m:last:|acc"]!, false), bestRow(ALL, COLUMNS["m:last:|acc"]!, true), bestRow([0, 3], COLUMNS["m:last:|acc"]!, true)]).toEqual([2, 1, null]);
  });

  it("brings repetitions together, and says where one diverged", () => {
    const groups = grouped(table, (row) => String(COLUMNS["h:opt"]![row]), (key) => key.startsWith("m:"), "mean");
    expect(groups.rows.map((row) => [row.key, row.runs])).toEqual([["adam", ["a", "c"]], ["b", ["b"]], ["d", ["d"]]]);
    expect(groups.cells("m:last:|acc")).toEqual([NaN, 0.8, undefined]);
    expect(groups.cells("h:lr")[0]).toBe("2 values");
    expect(groups.cells("h:same")[0]).toBe(1);
    expect([aggregate([3, 1, 2], "median"), aggregate([1, 2], "median"), aggregate([1, 2, 6], "mean"), aggregate([4, 2], "min"), aggregate([4, 2], "max"), aggregate([1, NaN], "max")]).toEqual([2, 1.5, 3, 2, 4, NaN]);
  });
});

describe("columns and links", () => {
  it("have keys that are read back", () => {
    for (const metric of [
      { tag: "val|acc", group: "validation", statistic: "best", number: 0 },
      { tag: "a:b", group: "", statistic: "mean_of_last", number: 5 },
      { tag: "x", group: "", statistic: "at_step", number: -3 },
    ] as const) {
      const key = metricKey(metric);
      expect(readColumn(key)).toEqual({ kind: "metric", key, metric });
    }
    expect(readColumn("h:learning rate")).toMatchObject({ kind: "hparam", name: "learning rate" });
    expect(["i:nothing", "m:worst:|x", "", "q:1"].map(readColumn)).toEqual([null, null, null, null]);
    expect(questionOf({ tag: "loss", group: "", statistic: "best", number: 0 }, true)).toEqual({ tag: "loss", group: "", statistic: "minimum" });
  });

  it("keep in the link what is not as it comes, and survive any text", () => {
    const link = { ...EMPTY, panel: "matrix" as const, brushes: { "h:lr": { ranges: [[0, 1] as const] } }, scales: { "h:lr": "quantile" as const }, sort: { key: "h:lr", descending: true } };
    expect(readLink(writeLink(link))).toEqual(link);
    const [brushed, same] = [keepParts({ ...readLink(writeLink(link)), brushes: {} }, link), keepParts(readLink(writeLink(link)), link)];
    expect([brushed.filters === link.filters, brushed.brushes === link.brushes, same.brushes === link.brushes]).toEqual([true, false, true]);
    expect(writeLink(EMPTY)).toBe("");
    for (const text of ["{", "[]", "3", "null", '{"panel":"x","columns":[1],"brushes":{"h:a":{"ranges":[[1]]},"z":{}},"scales":{"a":"b"},"sort":3,"filters":[]}']) {
      expect(readLink(text)).toEqual(text.startsWith('{"') ? { ...EMPTY, brushes: { "h:a": {} } } : EMPTY);
    }
  });

  it("name the folder that all runs share", () => {
    expect([commonPrefix(["a/b/c", "a/b/d"]), commonPrefix(["a/b", "ab"]), commonPrefix(["a/b"])]).toEqual(["a/b/", "", ""]);
  });

  it("stand in two lines above a column where they are long, parted where a word ends", () => {
    expect([headLines("lr"), headLines("weight_decay_of_the_head"), headLines("accuracy/validation"), headLines("averyveryverylongword")]).toEqual([["lr"], ["weight_decay_", "of_the_head"], ["accuracy/", "validation"], ["averyveryverylongword"]]);
    expect([headLines("batch size of one"), headLines("gradientClippingNorm")]).toEqual([["batch size", "of one"], ["gradient", "ClippingNorm"]]);
  });
});

describe("lines", () => {
  const axes = ["h:lr", "m:last:|acc"].map((key, index) => ({ key, x: 100 + index * 200, scale: makeScale(key === "h:lr" ? "log" : "linear", COLUMNS[key]!), inverted: index === 1 }));
  const points = linePoints(ALL, axes, table.cells, { width: 400, height: 300 });

  it("stand on their axes, inverted where asked, and below where there is no value", () => {
    expect(points[0]).toBe(TOP);
    expect(points[2 * 2 + 1]).toBeGreaterThan(points[1 * 2 + 1]!);
    expect(points[1]).toBe(points[7]);
    expect(points[1]).toBeGreaterThan(270);
  });

  it("are found under the pointer, straight and curved, unless they are brushed away", () => {
    const xs = axes.map((axis) => axis.x);
    const middle = (points[2]! + points[3]!) / 2;
    expect(nearestLine(points, xs, false, 200, middle, Uint8Array.of(1, 1, 1, 1))).toBe(1);
    expect(nearestLine(points, xs, true, 200, middle, Uint8Array.of(1, 1, 1, 1))).toBe(1);
    expect(nearestLine(points, xs, false, 200, middle, Uint8Array.of(0, 0, 0, 0))).toBe(-1);
    expect(nearestLine(points, xs, false, 20, middle, Uint8Array.of(1, 1, 1, 1))).toBe(-1);
  });

  it("are drawn in slices of a frame, every one once, and given up for newer ones", () => {
    const frames: (() => void)[] = [];
    let now = 0;
    const painter = new ProgressivePainter({ now: () => now, nextFrame: (work) => frames.push(work), cancel: (handle) => void (frames[handle - 1] = () => undefined) });
    const drawn: number[] = [];
    let cleared = 0;
    painter.start(10, () => (cleared += 1), (index) => { drawn.push(index); now += 3; });
    frames[0]!();
    expect([drawn.length, cleared, painter.busy]).toEqual([3, 1, true]);
    painter.start(2, () => (drawn.length = 0), (index) => drawn.push(index));
    frames.forEach((frame) => frame());
    expect([drawn, painter.busy]).toEqual([[0, 1], false]);
    expect([...shuffled(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it("are fewer in a frame while frames are long, and more again", () => {
    let next: (() => void) | null = null;
    let now = 0;
    const painter = new ProgressivePainter({ now: () => now, nextFrame: (work) => ((next = work), 1), cancel: () => (next = null) });
    const counts: number[] = [];
    for (const took of [0, 50, 50, 50, 16, 16]) {
      now += took;
      let drawn = 0;
      painter.start(1_000, () => undefined, () => (drawn += 1));
      next!();
      counts.push(drawn);
    }
    expect(counts).toEqual([1000, 400, 160, 64, 80, 100]);
  });

  it("take their colours from the place on the scale, with one for what has none", () => {
    const cells = [0, 0.5, 1, NaN];
    const coloring = colorBy(cells, makeScale("linear", cells, true), "light", String);
    expect(new Set([0, 1, 2, 3].map(coloring.of)).size).toBe(4);
    const kinds = colorBy(["b", "a", "b"], makeScale("categorical", ["b", "a", "b"]), "dark", (place) => `p${place}`);
    expect([0, 1, 2].map(kinds.of)).toEqual(["p1", "p0", "p1"]);
    expect([...placeDots(ALL, COLUMNS["h:lr"]!, makeScale("log", COLUMNS["h:lr"]!), true)].map((at) => (Number.isNaN(at) ? null : Math.round(at * 10) / 10))).toEqual([0, 0.5, 1, null]);
  });
});

describe("interactions", () => {
  it("are means over pairs of values, and count what could not learn", () => {
    const { cells, across, down } = interactionOf(ALL, ["a", "b", "a", "a"], [1, 1, 1, 2], [0.5, NaN, 0.7, 0.1]);
    expect([across.labels, down.labels]).toEqual([["a", "b"], ["2", "1"]]);
    expect(cells.map(({ mean, count, nonfinite }) => [mean, count, nonfinite])).toEqual([[0.1, 1, 0], [NaN, 0, 0], [expect.closeTo(0.6), 2, 0], [NaN, 0, 1]]);
  });
});

describe("files", () => {
  const written = { titles: ["lr", "acc_%"], isMetric: [false, true], names: ["a", "=b"], rows: [[0.001, NaN], ["x&y", undefined]] as Cell[][] };

  it("hold every row as CSV, JSON and LaTeX", () => {
    expect(writeTable(written, "csv")).toBe("run,lr,acc_%\r\na,0.001,nan\r\n'=b,x&y,\r\n");
    expect(JSON.parse(writeTable(written, "json"))).toEqual([{ run: "a", lr: 0.001, "acc_%": "NaN" }, { run: "=b", lr: "x&y" }]);
    const latex = writeTable(written, "latex");
    expect(latex).toContain("\\begin{tabular}{llr}");
    expect(latex).toContain("run & lr & acc\\_\\% \\\\");
    expect(latex).toContain("a & $10^{-3}$ & NaN \\\\");
    expect(latex).toContain("=b & x\\&y &  \\\\");
  });
});
