import { describe, expect, it } from "vitest";
import type { LogInfo, RunInfo } from "../api/source";
import { rowsInSight } from "../ui/rowsinsight";
import { sparkPath } from "../ui/sparkpath";
import { emptinessOf } from "./emptiness";
import { formatMetric } from "./metrictext";
import { overview } from "./overview";
import { runEnds } from "./runends";
import { sortRows } from "./sortrows";
import { missingWords } from "./snapshotwords";
import { undrawn, viewNamed, viewToShow, viewsFor } from "./views";

const INFO: LogInfo = {
  location: "runs", title: "runs", version: "1", revision: 1, state: "ready", message: "Looked at 3 files.", nearby: null, loaded_bytes: 0,
  total_bytes: 0, run_count: 0, tag_count: 0, point_count: 0, problem_count: 0, problems: [],
};

describe("emptinessOf", () => {
  it("is nothing where there is a view", () => {
    expect(emptinessOf(INFO, 1, 1, [])).toBeNull();
  });

  it("repeats what the server found and shows how to begin", () => {
    const empty = emptinessOf({ ...INFO, state: "waiting", location: "logs/" }, 0, 0, [])!;
    expect(empty).toMatchObject({ title: "Waiting for the first run", message: "Looked at 3 files.", busy: true });
    expect(empty.example).toContain('SummaryWriter("logs/first")');
  });

  it("gives the command for a folder nearby that has what is missing here", () => {
    const empty = emptinessOf({ ...INFO, state: "waiting", nearby: "/data/old runs/it's" }, 0, 0, [])!;
    expect(empty.nearby).toEqual({ folder: "/data/old runs/it's", command: `glassboard --logdir '/data/old runs/it'\\''s'` });
    expect(emptinessOf({ ...INFO, state: "waiting" }, 0, 0, [])!.nearby).toBeNull();
  });

  it("tells runs without points from kinds without a view", () => {
    expect(emptinessOf(INFO, 2, 0, [])!.title).toContain("points are not");
    expect(emptinessOf(INFO, 2, 0, ["graphs", "meshes"])!.hints[0]).toContain("graphs and meshes");
  });

  it("speaks of problems where there are any", () => {
    expect(emptinessOf({ ...INFO, problem_count: 2 }, 0, 0, [])!.hints.join()).toContain("2 problems");
    const problems = [{ path: "runs", offset: null, code: "not-an-event-file", message: "this is text" }];
    const unread = emptinessOf({ ...INFO, problem_count: 1, problems }, 1, 0, [])!;
    expect(unread).toMatchObject({ title: "No point could be read", hints: ["runs: this is text"] });
  });
});

describe("views", () => {
  it("appear with their data only", () => {
    expect(viewsFor((kind) => kind === "scalar").map((view) => view.id)).toEqual(["overview", "scalars"]);
    expect(viewsFor(() => false)).toEqual([]);
  });

  it("fall back to the first that has data", () => {
    const views = viewsFor(() => true);
    expect(viewToShow(views, null)?.id).toBe("overview");
    expect(viewToShow(views, "nowhere")?.id).toBe("scalars");
    expect(viewToShow(viewsFor((kind) => kind === "text"), "scalars")?.id).toBe("text");
    expect(viewToShow([], "scalars")).toBeNull();
  });

  it("that a file or a log does not hold are told with the reason", () => {
    const words = (id: string) => missingWords(viewNamed(id)!, viewNamed("scalars")!, true);
    expect(words("evaluation")).toBe("Evaluation is not in this file: what it shows is worked out anew for every question, by a server that reads the log. Here is Scalars instead.");
    expect(words("audio")).toBe("Audio is not in this file: it holds no audio. Here is Scalars instead.");
    expect(missingWords(viewNamed("mesh")!, viewNamed("scalars")!, false)).toBe("Mesh has nothing to show: no run of this log holds meshes so far. Here is Scalars instead.");
    expect(viewNamed("teapots")).toBeNull();
    expect(viewNamed(null)).toBeNull();
  });

  it("name what nobody draws", () => {
    expect(undrawn(["scalar", "tensor"])).toEqual(["tensors"]);
  });
});

describe("small parts", () => {
  it("draw the rows in sight and some around", () => {
    expect(rowsInSight(2800, 280, 28, 1000)).toEqual({ first: 94, last: 116 });
    expect(rowsInSight(0, 280, 28, 3)).toEqual({ first: 0, last: 3 });
    expect(rowsInSight(9000, 280, 28, 0)).toEqual({ first: 0, last: 0 });
  });

  it("draw a constant in the middle and a single point as a dot", () => {
    expect(sparkPath([1, 1], 50, 16)).toBe("M1.5 8.0L48.5 8.0");
    expect(sparkPath([3], 50, 16)).toBe("M1.5 8.0h0");
    expect(sparkPath([], 50, 16)).toBe("");
  });

  it("line the metric's decimals up", () => {
    expect([0.9, 1, 0.00012, 12.345, NaN].map(formatMetric)).toEqual(["0.900", "1", "1.2e-4", "12.3", "NaN"]);
  });

  it("sort with gaps and NaN last, either way", () => {
    const rows = [2, null, NaN, 1].map((value) => ({ label: String(value), values: [value] }));
    const labels = (ascending: boolean) => sortRows(rows, 0, ascending).map((row) => row.label);
    expect(labels(true)).toEqual(["1", "2", "null", "NaN"]);
    expect(labels(false)).toEqual(["2", "1", "null", "NaN"]);
  });

  it("mark where runs end, once for each step", () => {
    const run = (name: string, last_step: number | null): RunInfo => ({
      name, last_step, first_wall_time: 0, last_wall_time: 0, point_count: 1, file_count: 1, problem_count: 0, live: false,
    });
    const many = Array.from({ length: 8 }, (_, index) => run(`r${index}`, 5));
    expect(runEnds([run("b", 9), run("empty", null), ...many])).toEqual([
      { step: 5, label: "last step of r0, r1, r2, r3, r4, r5 and 2 more" },
      { step: 9, label: "last step of b" },
    ]);
  });

  it("give the best by what the metric is", () => {
    const metric = { values: Float64Array.of(3, 1, 2), steps: Float64Array.of(7, 8, 9), last: 2, lastStep: 9 };
    const best = (less: boolean) => {
      const section = overview(["a"], "loss", less, () => metric, () => undefined).sections[0]!;
      return section.kind === "table" ? section.rows[0]!.values[1] : null;
    };
    expect([best(true), best(false)]).toEqual([1, 3]);
  });
});
