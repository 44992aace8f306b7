import { describe, expect, it } from "vitest";
import type { DataSource, ScalarSeries, ScalarsAnswer, ScalarsRequest } from "../../api/source";
import { NO_ZOOM, viewOf } from "../../charts/line";
import { subjectsOf } from "./subjects";
import { loadAllPoints } from "./allpoints";
import { pointsCsv, pointsJson } from "./exports";
import { inspectorContent } from "./inspect";
import { clock, linesOf, notesOf, pointAt, pointsAt, xOfStep } from "./lines";
import { axisName, likelyXTags } from "./xtags";
import { batches, pointBudget, SeriesLoader, type SeriesQuery } from "./loader";

const T0 = new Date(2026, 4, 7, 12, 0, 0).getTime() / 1000;

interface Parts {
  run?: string;
  steps?: number[];
  values?: number[];
  smoothed?: number[];
  bad?: [step: number, kind: number][];
  segments?: number;
  segment?: number;
  inRange?: number;
  joined?: ScalarSeries["joined"];
}

/** A series as the server gives it, one point a second. */
function series({ run = "a", steps = [], values = steps, smoothed, bad = [], segments = 1, segment = segments - 1, inRange, joined = null }: Parts): ScalarSeries {
  const column = (numbers: number[]) => Float64Array.from(numbers);
  const count = steps.length + bad.length;
  const badSteps = bad.map(([step]) => step);
  return {
    run, tag: "loss", found: true, total: inRange ?? count, in_range: inRange ?? count, shown: count, nonfinite_count: bad.length,
    segments: Array.from({ length: segments }, () => ({ first_step: 0, last_step: 9, count })), segment_count: segments, segment, joined,
    columns: {
      step: column(steps), wall_time: column(steps.map((step) => T0 + step)), x: column(steps), value: column(values), smoothed: smoothed ? column(smoothed) : null,
      nonfinite_step: column(badSteps), nonfinite_wall_time: column(badSteps.map((step) => T0 + step)), nonfinite_x: column(badSteps), nonfinite_kind: column(bad.map(([, kind]) => kind)),
    },
  };
}

const lines = (...all: Parts[]) => linesOf(all.map(series), (run) => (run === "a" ? "#111111" : "#222222"));

describe("lines", () => {
  it("take the colour of their run and leave out runs that went", () => {
    const gone = { ...series({ run: "gone" }), found: false, columns: null };
    expect(linesOf([series({ steps: [1] }), gone], () => "#333333").map((line) => [line.run, line.color])).toEqual([["a", "#333333"]]);
  });
  it("dash what a restart overwrote, not the newest", () => {
    const [newest, old] = lines({ steps: [1], segments: 2 }, { steps: [1], segments: 2, segment: 0 });
    expect([newest?.dash, newest?.segment]).toEqual([[], null]);
    expect([old?.dash.length, old?.segment]).toEqual([2, 0]);
    expect(old?.key).not.toBe(newest?.key);
  });
});

describe("an axis that goes back", () => {
  const joined = { passes: [[0, 0], [2, 1]] as [number, number][], pass_count: 5, without_x: 4 };
  const [first, second] = linesOf([{ ...series({ steps: [0, 1, 2, 3], values: [5, 6, 7, 8], smoothed: [5, 5, 6, 6], bad: [[1, 0], [3, 1]], joined }) }], () => "#111111");
  it("makes a line of each pass, in which x ascends", () => {
    expect([[...(first?.value ?? [])], [...(second?.value ?? [])], [...(second?.smoothed ?? [])]]).toEqual([[5, 6], [7, 8], [6, 6]]);
    expect([[...(first?.nonfinite.kind ?? [])], [...(second?.nonfinite.kind ?? [])]]).toEqual([[0], [1]]);
    expect([first?.label, second?.label]).toEqual(["a, pass 4 of 5", "a, pass 5 of 5"]);
  });
  it("counts its series once", () => {
    if (!first || !second) throw new Error("no lines");
    expect([first.shown, second.shown, first.withoutX, second.withoutX]).toEqual([6, 0, 4, 0]);
    const view = viewOf([first, second], { zoom: NO_ZOOM, yScale: "linear", outliersClipped: true, rawShown: true });
    expect(notesOf([first, second], view, { x: "tag", tag: "epoch" }).map((note) => note.text)).toEqual(["NaN from 1", "4 points without epoch", "3 older passes left out", "1 run"]);
  });
});

describe("scalars for the horizontal axis", () => {
  it("begin with what counts training", () => {
    expect(likelyXTags(["loss", "trainer/global_step", "perf/tokens_seen", "epoch", "val/epoch", "steps_per_second"])).toEqual(["epoch", "val/epoch", "perf/tokens_seen", "trainer/global_step"]);
  });
  it("have a name", () => expect([axisName({ x: "tag", tag: "epoch" }), axisName({ x: "tag", tag: "perf/tokens" }), axisName({ x: "wall", tag: null })]).toEqual(["Epoch", "perf/tokens", "Wall"]));
});

describe("notes", () => {
  const notes = (all: Parts[]) => {
    const drawn = lines(...all);
    return notesOf(drawn, viewOf(drawn, { zoom: NO_ZOOM, yScale: "linear", outliersClipped: true, rawShown: true }), { x: "step", tag: null }).map((note) => note.text);
  };
  it("say nothing about one ordinary run", () => expect(notes([{ steps: [0, 1, 2] }])).toEqual([]));
  it("put the worst first", () => {
    expect(notes([{ steps: [0], bad: [[7300, 0]], segments: 2 }, { run: "b", steps: [0] }])).toEqual(["NaN from 7,300", "1 restart", "2 runs"]);
  });
  it("say how many points are drawn of how many", () => {
    expect(notes([{ steps: [0, 1, 2], inRange: 10_000 }])).toEqual(["3 of 10,000 points drawn"]);
  });
  it("call the points outside a lower bound where points were reduced", () => {
    const steps = Array.from({ length: 60 }, (_, step) => step);
    const values = steps.map((step) => (step === 30 ? 1e6 : step % 7));
    expect(notes([{ steps, values }])).toEqual(["1 point outside"]);
    expect(notes([{ steps, values, inRange: 600 }])[0]).toBe("at least 1 point outside");
  });
});

describe("points under the pointer", () => {
  it("are the nearest, numbers or not", () => {
    const [line] = lines({ steps: [0, 10, 20], values: [5, 6, 7], smoothed: [5, 5.5, 6], bad: [[14, 2]] });
    if (!line) throw new Error("no line");
    expect(pointAt(line, 11)).toMatchObject({ value: 6, smoothed: 5.5, step: 10, wallTime: T0 + 10 });
    expect(pointAt(line, 14)).toMatchObject({ value: -Infinity, smoothed: null, step: 14 });
  });
  it("are none of a series without points", () => expect(pointsAt(lines({}), 3)).toEqual([]));
  it("stand in order of value, NaN last", () => {
    const points = pointsAt(lines({ run: "low", steps: [1], values: [1] }, { run: "none", bad: [[1, 0]] }, { run: "high", steps: [1], values: [9] }), 1);
    expect(points.map((point) => point.line.run)).toEqual(["high", "low", "none"]);
  });
  it("fill the inspector: values, then when", () => {
    const content = inspectorContent("loss", lines({ steps: [0, 100], values: [2, 1], smoothed: [2, 1.5] }, { run: "b", bad: [[100, 0]] }), { x: 100, y: null }, () => T0);
    expect(content).toMatchObject({ title: "loss", step: 100 });
    expect(content.sections).toMatchObject([
      { kind: "table", columns: ["value", "smooth"], rows: [{ run: "a", values: [1, 1.5] }, { run: "b", values: [NaN, null], bad: true }] },
      { kind: "table", columns: ["elapsed", "time"], rows: [{ values: ["1 min 40 s", "12:01:40"], hint: "a, 2026-05-07 12:01:40" }, { values: ["1 min 40 s", "12:01:40"] }] },
    ]);
  });
  it("fill a table for each tag of a pair", () => {
    const info = (tag: string) => ({ tag, kind: "scalar" as const, plugin_name: "", display_name: "", description: "", runs: [0], counts: [2] });
    const [pair] = subjectsOf([info("loss/train"), info("loss/val")], true);
    const both = ["loss/train", "loss/val"].map((tag, index) => ({ ...series({ steps: [0, 9], values: [2, index] }), tag }));
    const drawn = linesOf(both, () => "#111111", pair);
    expect(drawn.map((line) => [line.label, line.dash.length > 0, line.tag])).toEqual([["a, train", false, "loss/train"], ["a, val", true, "loss/val"]]);
    expect(new Set(drawn.map((line) => line.key)).size).toBe(2);
    const content = inspectorContent("loss: train and val", drawn, { x: 9, y: null }, () => T0);
    expect(content.sections).toMatchObject([
      { title: "train", rows: [{ run: "a", values: [0] }] },
      { title: "val", rows: [{ run: "a", values: [1] }] },
      { title: "When", rows: [{ run: "a" }] },
    ]);
    expect(pointsCsv(drawn).split("\r\n").slice(1, 5).map((row) => row.split(",").slice(0, 3).join())).toEqual(["a,loss/train,0", "a,loss/train,9", "a,loss/val,0", "a,loss/val,9"]);
  });
  it("name the steps where runs differ", () => {
    const content = inspectorContent("loss", lines({ steps: [10] }, { run: "b", steps: [1300] }), { x: 50, y: null }, () => T0);
    expect(content.note).toBe("steps 10 to 1,300");
    expect(content.sections[1]).toMatchObject({ columns: ["step", "elapsed"], rows: [{ values: [1300, "21 min 40 s"] }, { values: [10, "10 s"] }] });
  });
  it("are limited to those near the pointer where there are many", () => {
    const many = lines(...Array.from({ length: 200 }, (_, run) => ({ run: `run${run}`, steps: [0], values: [run] })));
    const [note, values] = inspectorContent("loss", many, { x: 0, y: 100 }, () => null).sections;
    expect(note).toMatchObject({ kind: "note", text: "40 of 200 runs, nearest to the pointer." });
    const shown = values?.kind === "table" ? values.rows.map((row) => row.values[0] as number) : [];
    expect([shown.length, Math.max(...shown) <= 120, Math.min(...shown) >= 80]).toEqual([40, true, true]);
  });
  it("turn the page's step into a place on a time axis", () => {
    const drawn = lines({ steps: [0, 5, 9] });
    expect([xOfStep(drawn, 5, "step"), xOfStep(drawn, 6, "wall"), xOfStep([], 5, "wall"), xOfStep(drawn, null, "step")]).toEqual([5, 5, null, null]);
  });
  it("write a date only where the day differs", () => {
    expect(clock(T0, T0 + 60)).toBe("12:00:00");
    expect(clock(T0 - 86400, T0)).toBe("2026-05-06 12:00:00");
  });
});

const query = (count: number, over: Partial<SeriesQuery> = {}): SeriesQuery => ({
  series: Array.from({ length: count }, (_, run) => ({ run: `run${run}`, tag: "loss" })), axis: { x: "step", tag: null }, logX: false, smoothing: 0.6, smoothingKind: "ema", maxPoints: 100, range: null, ...over,
});

describe("requests", () => {
  const listener = { loaded: () => {}, failed: () => {} };
  const wish = (of: SeriesQuery) => ({ owner: {}, query: of, listener });
  it("spend points by how many lines share a chart", () => {
    expect(pointBudget(1, 400)).toBe(800);
    expect(pointBudget(100, 400)).toBe(100);
    expect(pointBudget(2000, 400)).toBe(40);
  });
  it("travel together when alike, in parts when many", () => {
    const alike = [wish(query(3)), wish(query(3))];
    expect(batches(alike)).toHaveLength(1);
    expect(batches([...alike, wish(query(1, { smoothing: 0 }))])).toHaveLength(2);
    expect(batches(alike, 5)).toHaveLength(2);
    expect(batches([wish(query(9))], 5)).toHaveLength(1);
  });

  /** A server that answers when told to, and frames that come when told to. */
  function bench() {
    const frames: (() => void)[] = [];
    const asked: { request: ScalarsRequest; answer: () => Promise<void>; fail: () => Promise<void> }[] = [];
    const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
    const source = {
      scalars: (request: ScalarsRequest) =>
        new Promise<ScalarsAnswer>((resolve, reject) => {
          asked.push({
            request,
            answer: () => (resolve({ revision: 1, series: request.series.map(({ run }) => series({ run, steps: [1] })) }), settled()),
            fail: () => (reject(new Error("gone")), settled()),
          });
        }),
    };
    const loader = new SeriesLoader(source, (run) => void frames.push(run));
    const frame = () => frames.splice(0).forEach((run) => run());
    const told: string[] = [];
    const ask = (owner: object, name: string, of = query(1)) =>
      loader.request(owner, of, { loaded: (all) => told.push(`${name}: ${all.map((one) => one.run).join()}`), failed: (error) => told.push(`${name}: ${String(error)}`) });
    return { frame, asked, told, ask };
  }

  it("of one frame are one request, and each card gets its own series", async () => {
    const { frame, asked, told, ask } = bench();
    ask({}, "first", query(2));
    ask({}, "second", query(1));
    expect(asked).toHaveLength(0);
    frame();
    expect(asked.map(({ request }) => request.series.length)).toEqual([3]);
    await asked[0]?.answer();
    expect(told).toEqual(["first: run0,run1", "second: run0"]);
  });
  it("wait while two are on their way, and only the newest wish of a card is sent", async () => {
    const { frame, asked, ask } = bench();
    const card = {};
    ask({}, "other");
    frame();
    ask({}, "another");
    frame();
    for (const smoothing of [0.1, 0.2, 0.3]) ask(card, "dragged", query(1, { smoothing }));
    frame();
    expect(asked).toHaveLength(2);
    await asked[0]?.answer();
    frame();
    expect(asked.map(({ request }) => request.smoothing)).toEqual([0.6, 0.6, 0.3]);
  });
  it("of a card that went are not answered", async () => {
    const { frame, asked, told, ask } = bench();
    const withdraw = ask({}, "gone");
    frame();
    withdraw();
    await asked[0]?.answer();
    expect(told).toEqual([]);
  });
  it("that fail are told to the cards that asked, and later ones go on", async () => {
    const { frame, asked, told, ask } = bench();
    ask({}, "card");
    frame();
    await asked[0]?.fail();
    ask({}, "next");
    frame();
    await asked[1]?.answer();
    expect(told).toEqual(["card: Error: gone", "next: run0"]);
  });
});

describe("all points", () => {
  /** A server that keeps every `n`-th point of a range beyond a limit and adds the neighbours of the range, as ours does. */
  function reducing(count: number): Pick<DataSource, "scalars"> & { requests: number } {
    const source = {
      requests: 0,
      scalars: ({ series: [ref], max_points = 1000, range }: ScalarsRequest) => {
        source.requests += 1;
        const [low, high] = range ?? [0, count - 1];
        const inside = Array.from({ length: count }, (_, step) => step).filter((step) => step >= low && step <= high);
        const numbers = inside.filter((step) => step !== 17);
        const kept = numbers.filter((_, index) => numbers.length <= max_points || index % Math.ceil(numbers.length / max_points) === 0);
        const steps = [...(low > 0 ? [low - 1] : []), ...kept, ...(high < count - 1 ? [high + 1] : [])];
        const bad: [number, number][] = low <= 17 && high >= 17 ? [[17, 0]] : [];
        const answer = { ...series({ run: ref?.run ?? "", steps, bad }), in_range: inside.length, segments: [{ first_step: 0, last_step: count - 1, count }], segment_count: 1 };
        return Promise.resolve({ revision: 1, series: [answer] });
      },
    };
    return source;
  }
  it("come in parts, each once and in order", async () => {
    const source = reducing(1000);
    const [line] = await loadAllPoints(source, lines({ steps: [0] }), 90);
    expect([...(line?.step ?? [])]).toEqual(Array.from({ length: 1000 }, (_, step) => step).filter((step) => step !== 17));
    expect([...(line?.nonfiniteStep ?? [])]).toEqual([17]);
    expect(source.requests).toBeGreaterThan(3);
  });
  it("of a short series come at once", async () => {
    const source = reducing(50);
    await loadAllPoints(source, lines({ steps: [0] }), 90);
    expect(source.requests).toBe(1);
  });
  it("are rows in order of step, with what is no number among them", () => {
    const text = pointsCsv(lines({ steps: [0, 2], values: [1, 3], bad: [[1, 0], [9, 1]] }));
    expect(text.trim().split("\r\n")).toEqual([
      "run,tag,step,wall_time,value", `a,loss,0,${T0},1`, `a,loss,1,${T0 + 1},nan`, `a,loss,2,${T0 + 2},3`, `a,loss,9,${T0 + 9},inf`,
    ]);
  });
  it("have their smoothed values beside them where there are some", () => {
    expect(pointsCsv(lines({ steps: [0], values: [1], smoothed: [0.5] }))).toContain(`a,loss,0,${T0},1,0.5`);
  });
});

it("all points as JSON spell what is not finite", () => {
  const text = pointsJson(lines({ steps: [0, 2], values: [1, 3], bad: [[1, 0], [9, 1]] }));
  const [series] = (JSON.parse(text) as { series: { run: string; points: { step: number; value: unknown }[] }[] }).series;
  expect([series?.run, series?.points.map(({ step, value }) => [step, value])]).toEqual(["a", [[0, 1], [1, "NaN"], [2, 3], [9, "Infinity"]]]);
});
