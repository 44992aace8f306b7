import { describe, expect, it } from "vitest";
import type { RunInfo } from "../api/source";
import { sortRuns } from "./sortruns";

const run = (name: string, point_count: number, last_wall_time: number | null): RunInfo => ({
  name, point_count, last_wall_time, first_wall_time: 0, last_step: 0, file_count: 1, problem_count: 0, live: false,
});
const RUNS = [run("a", 5, 30), run("b", 9, null), run("c", 5, 40), run("d", 1, 10)];
const VALUES: Record<string, number | null> = { a: 0.5, b: NaN, c: 0.9, d: null };
const order = (by: Parameters<typeof sortRuns>[1], less = false) => sortRuns(RUNS, by, (name) => VALUES[name] ?? null, less).map((one) => one.name).join("");

describe("runs", () => {
  it("stand by name as they come", () => expect(order("name")).toBe("abcd"));
  it("stand by points, equals by name", () => expect(order("points")).toBe("bacd"));
  it("stand by last writing, those never written last", () => expect(order("written")).toBe("cadb"));
  it("stand by metric, the best first, NaN and gaps last", () => expect([order("metric"), order("metric", true)]).toEqual(["cabd", "acbd"]));
});
