import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { SnapshotSource } from "./snapshot";
import { joinedView, viewOf } from "./snapshot_scalars";
import type { ScalarSeries, SourceError } from "./source";

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** As `server/columns.py` writes it: float64 columns only. */
function columns(series: { run: string; tag: string; step: number[]; value: number[]; wall_time: number[]; nonfinite_step?: number[] }[]): Buffer {
  const body: Buffer[] = [];
  let size = 0;
  const place = (numbers: number[]): [string, number, number] => {
    const at = size;
    body.push(Buffer.from(Float64Array.from(numbers).buffer));
    size += 8 * numbers.length;
    return ["f8", at, numbers.length];
  };
  const header = series.map(({ run, tag, step, value, wall_time, nonfinite_step = [] }) => ({
    run, tag, found: true, total: step.length, in_range: step.length + nonfinite_step.length, shown: step.length + nonfinite_step.length, nonfinite_count: nonfinite_step.length,
    segments: [], segment_count: 1, segment: 0, wall_origin: null,
    columns: { step: place(step), value: place(value), wall_time: place(wall_time), nonfinite_step: place(nonfinite_step), nonfinite_wall_time: place(nonfinite_step), nonfinite_kind: place(nonfinite_step.map(() => 0)) },
  }));
  let text = JSON.stringify({ revision: 1, series: header });
  text += " ".repeat((8 - ((8 + text.length) % 8)) % 8);
  const head = Buffer.alloc(8);
  head.write("GBC2");
  head.writeUInt32LE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text), ...body]);
}

const steps = Array.from({ length: 400 }, (_, index) => index * 10);
const page = (first: number, count: number) => json({ run: "a", tag: "notes", revision: 1, total: 5, texts: Array.from({ length: count }, (_, at) => ({ sample: first + at })) });

async function opened() {
  const answers: Record<string, unknown>[] = [];
  const blocks: Record<"gzip" | "plain", Buffer[]> = { gzip: [], plain: [] };
  const add = (packing: "gzip" | "plain", about: Record<string, unknown>, body: Buffer) => {
    const offset = blocks[packing].reduce((sum, part) => sum + part.length, 0);
    answers.push({ type: "application/json", ...about, block: packing === "gzip" ? 0 : 1, offset, length: body.length });
    blocks[packing].push(body);
  };
  add("gzip", { route: "log", query: {} }, json({ revision: 7, point_count: 400 }));
  add("gzip", { route: "runs", query: {} }, json({ revision: 7, runs: [{ name: "a", first_wall_time: 1000, live: true }] }));
  add("gzip", { route: "texts", query: { run: "a", tag: "notes", first: 0 }, list: "texts" }, page(0, 2));
  add("gzip", { route: "texts", query: { run: "a", tag: "notes", first: 2 }, list: "texts" }, page(2, 2));
  add("gzip", { route: "texts", query: { run: "a", tag: "notes", first: 4 }, list: "texts" }, page(4, 1));
  add("gzip", { route: "image", query: { run: "a", tag: "torn", sample: 0 }, status: 502 }, json({ error: { code: "corrupt", message: "torn" } }));
  add("plain", { route: "image", query: { run: "a", tag: "p", sample: 0 }, type: "image/png", items: 2 }, Buffer.from("first"));
  add("plain", { route: "image", query: { run: "a", tag: "p", sample: 0, item: 1 }, type: "image/png", items: 2 }, Buffer.from("second"));
  add("plain", { route: "video", query: { run: "a", tag: "v", sample: 0 }, type: "video/webm", headers: { "x-glassboard-frames-per-second": "12.5", "x-glassboard-frames": "50", "x-glassboard-width": "64", "x-glassboard-height": "48" } }, Buffer.from("moving"));
  const one = { run: "a", tag: "loss", step: steps, value: steps.map((step) => Math.sin(step)), wall_time: steps.map((step) => 1000 + step), nonfinite_step: [55] };
  add("gzip", { route: "scalars", query: {}, series: [["a", "loss", null]] }, columns([one]));
  const index = { version: 1, snapshot: { made: 5, version: "1", max_points: 400, thinned: 0, left_out: "", query: "" }, blocks: ["gzip", "plain"], answers };
  const packed: Record<string, Buffer> = { index: gzipSync(json(index)), "0": gzipSync(Buffer.concat(blocks.gzip)), "1": Buffer.concat(blocks.plain) };
  return SnapshotSource.open((name) => packed[name]!.toString("base64"));
}

describe("a snapshot", () => {
  it("tells of a video what the server told", async () => {
    const source = await opened();
    expect(await source.videoFacts({ run: "a", tag: "v", sample: 0, item: 0, key: "k" })).toEqual({ media_type: "video/webm", byte_count: 6, frames_per_second: 12.5, frame_count: 50, width: 64, height: 48 });
  });

  it("answers as the server did, and no run in it is live", async () => {
    const source = await opened();
    expect((await source.log()).revision).toBe(7);
    expect((await source.runs()).runs[0]).toMatchObject({ name: "a", live: false });
  });

  it("gives any stretch of a list that was recorded in pages", async () => {
    const source = await opened();
    const asked = async (first: number, count: number) => (await source.texts({ run: "a", tag: "notes", first, count })).texts.map((text) => text.sample);
    expect(await asked(0, 50)).toEqual([0, 1, 2, 3, 4]);
    expect(await asked(1, 2)).toEqual([1, 2]);
    expect(await asked(3, 1)).toEqual([3]);
    expect(await asked(9, 5)).toEqual([]);
  });

  it("gives each item of a sample, whatever key it is asked with", async () => {
    const source = await opened();
    const first = await source.image({ run: "a", tag: "p", sample: 0, item: 0, key: "k" });
    expect([await first.blob.text(), first.item_count]).toEqual(["first", 2]);
    expect(await (await source.image({ run: "a", tag: "p", sample: 0, item: 1 })).blob.text()).toBe("second");
  });

  it("has an address for an image at once, and the same one again", async () => {
    const made = vi.spyOn(URL, "createObjectURL");
    const source = await opened();
    const address = source.imageUrl({ run: "a", tag: "p", sample: 0, item: 1 });
    expect(address).toMatch(/^blob:/);
    expect(source.imageUrl({ run: "a", tag: "p", sample: 0, item: 1, key: "x" })).toBe(address);
    expect(await (made.mock.calls[0]![0] as Blob).text()).toBe("second");
    expect(source.imageUrl({ run: "a", tag: "torn", sample: 0 })).toBe("data:,");
  });

  it("passes on the errors it recorded, and says what it does not hold", async () => {
    const source = await opened();
    await expect(source.image({ run: "a", tag: "torn", sample: 0 })).rejects.toMatchObject({ code: "corrupt", status: 502 } satisfies Partial<SourceError>);
    await expect(source.texts({ run: "b", tag: "notes", first: 0, count: 1 })).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining("left out") });
    expect((await source.scalars({ series: [{ run: "b", tag: "loss" }] })).series[0]).toMatchObject({ found: false, columns: null });
  });

  it("tells once that all is there", async () => {
    const source = await opened();
    const heard = await new Promise((resolve) => source.changes({ changed: resolve, lost: () => resolve("lost") }));
    expect(heard).toEqual({ revision: 7, runs: [], point_count: 400, state: "ready" });
  });

  it("makes statistics of a range of the points it holds", async () => {
    const [found] = await (await opened()).statistics({ series: [{ run: "a", tag: "loss" }], range: [100, 200] });
    expect(found).toMatchObject({ count: 11, first_x: 100, last_x: 200, first: Math.sin(100), last: Math.sin(200) });
  });
});

describe("metrics of a snapshot", () => {
  const column = async (statistic: "last" | "minimum" | "at_step" | "mean_of_last", more = {}) =>
    (await (await opened()).runMetrics({ runs: ["a", "gone"], metrics: [{ tag: "loss", statistic, ...more }] })).metrics[0]!;
  it("are what each run reached, null where it has none", async () => {
    expect(await column("last")).toEqual({ values: [Math.sin(3990), null], steps: [3990, null], nonfinite_counts: [1, 0] });
    expect((await column("minimum")).values[0]).toBe(Math.min(...steps.map(Math.sin)));
  });
  it("are spelled where they are not finite", async () => expect(await column("at_step", { step: 57 })).toMatchObject({ values: ["NaN", null], steps: [55, null] }));
  it("are means of the last points", async () => expect((await column("mean_of_last", { count: 2 })).values[0]).toBeCloseTo((Math.sin(3980) + Math.sin(3990)) / 2, 12));
});

describe("scalars of a snapshot", () => {
  const series = async (): Promise<ScalarSeries> => (await (await opened()).scalars({ series: [{ run: "a", tag: "loss" }], max_points: 1000 })).series[0]!;

  it("are cut to a range, with a neighbour beyond each end", async () => {
    const cut = viewOf(await series(), { series: [], range: [95, 130], max_points: 100 }, 1000);
    expect([...cut.columns!.step]).toEqual([90, 100, 110, 120, 130, 140]);
    expect(cut).toMatchObject({ in_range: 4, nonfinite_count: 0 });
  });
  it("are thinned, and keep first, last, extremes and what is not finite", async () => {
    const all = await series();
    const thin = viewOf(all, { series: [], max_points: 20 }, 1000);
    expect(thin.columns!.value.length).toBeLessThanOrEqual(20);
    expect([thin.columns!.step[0], thin.columns!.step.at(-1)]).toEqual([0, 3990]);
    expect(Math.max(...thin.columns!.value)).toBe(Math.max(...all.columns!.value));
    expect([...thin.columns!.nonfinite_step]).toEqual([55]);
  });
  it("stand on any axis", async () => {
    const all = await series();
    expect([...viewOf(all, { series: [], x: "relative" }, 1000).columns!.x.slice(0, 3)]).toEqual([0, 10, 20]);
    expect(viewOf(all, { series: [], x: "wall" }, 1000).columns!.x[1]).toBe(1010);
  });
  it("stand at the values of another scalar, in passes where that goes back", async () => {
    const all = await series();
    const epochs = { ...all, columns: { ...all.columns!, step: Float64Array.of(10, 30, 50), value: Float64Array.of(0, 1, 0) } };
    const short = { ...all, columns: { ...all.columns!, step: all.columns!.step.slice(0, 7), value: all.columns!.value.slice(0, 7), wall_time: all.columns!.wall_time.slice(0, 7) } };
    const found = joinedView(short, epochs, { series: [], x: "tag", x_tag: "epoch" });
    expect([...found.columns!.x]).toEqual([0, 0, 1, 1, 0, 0]);
    expect(found.joined).toEqual({ passes: [[0, 0], [4, 0]], pass_count: 2, without_x: 1 });
  });
  it("are smoothed over all that is held, and as much where each point stands for several", async () => {
    const all = await series();
    const mean = viewOf(all, { series: [], smoothing: 0.5 }, 0).columns!.smoothed!;
    expect(mean[1]).toBeCloseTo((0.5 * Math.sin(0) + Math.sin(10)) / 1.5, 12);
    const thinned = { ...all, in_range: all.shown * 2 };
    expect(viewOf(thinned, { series: [], smoothing: 0.5 }, 0).columns!.smoothed![1]).toBeCloseTo((0.25 * 0.75 * Math.sin(0) + 0.75 * Math.sin(10)) / (0.75 + 0.25 * 0.75), 12);
  });
});
