import { describe, expect, it, vi } from "vitest";
import { FixtureSource } from "./fixture";
import type { LogChange } from "./source";

describe("FixtureSource", () => {
  it("gives the same numbers every time", async () => {
    const request = { series: [{ run: "baseline", tag: "loss/train" }] };
    const [first, second] = await Promise.all([new FixtureSource().scalars(request), new FixtureSource().scalars(request)]);
    expect([...first.series[0]!.columns!.value]).toEqual([...second.series[0]!.columns!.value]);
  });

  it("keeps first, last, extremes and NaN when it thins out", async () => {
    const source = new FixtureSource({ steps: 5000 });
    const series = { run: "softmax-twice", tag: "loss/train" };
    const all = (await source.scalars({ series: [series], max_points: 100_000 })).series[0]!;
    const few = (await source.scalars({ series: [series], max_points: 50 })).series[0]!;
    expect(few.shown).toBeLessThanOrEqual(50);
    expect(few.nonfinite_count).toBe(all.nonfinite_count);
    expect(few.nonfinite_count).toBeGreaterThan(0);
    expect(Math.min(...few.columns!.value)).toBe(Math.min(...all.columns!.value));
    expect(Math.max(...few.columns!.value)).toBe(Math.max(...all.columns!.value));
    expect(few.columns!.step[0]).toBe(0);
    expect(few.columns!.step.at(-1)).toBe(4999);
  });

  it("says not found for a gone run without failing the batch", async () => {
    const answer = await new FixtureSource().scalars({ series: [{ run: "gone", tag: "lr" }, { run: "wide", tag: "lr" }] });
    expect(answer.series.map((series) => series.found)).toEqual([false, true]);
  });

  it("tells at once, then of each change, until it is stopped", () => {
    vi.useFakeTimers();
    const heard: LogChange[] = [];
    const stop = new FixtureSource({ growEveryMs: 100 }).changes({ changed: (change) => heard.push(change), lost() {} });
    vi.advanceTimersByTime(250);
    stop();
    vi.advanceTimersByTime(1000);
    expect(heard.map((change) => change.runs.length)).toEqual([0, 1, 1]);
    expect(heard[2]!.point_count).toBeGreaterThan(heard[0]!.point_count);
    vi.useRealTimers();
  });
});
