import { describe, expect, it } from "vitest";
import type { ScalarColumns, ScalarSeries } from "../api/source";
import { lessIsBetter, pickMetric } from "./metric";
import { summarize } from "./metric.svelte";

const tags = (...names: string[]) => names.map((tag) => ({ tag, runs: [0] }));

describe("pickMetric", () => {
  it.each([
    [["loss/train", "accuracy/train", "loss/val", "accuracy/val", "lr"], "accuracy/val"],
    [["loss/train", "loss/val", "lr"], "loss/val"],
    [["train_loss", "val_acc"], "val_acc"],
    [["lr", "grad_norm", "loss"], "loss"],
    [["Validation/mAP", "Loss/box"], "Validation/mAP"],
    [["speed"], "speed"],
  ])("of %j takes %s", (names, wanted) => {
    expect(pickMetric(tags(...names))).toBe(wanted);
  });

  it("passes over what few runs have", () => {
    expect(pickMetric([{ tag: "val/acc", runs: [0] }, { tag: "loss", runs: [0, 1, 2] }])).toBe("loss");
  });

  it("has nothing to say where there is nothing", () => {
    expect(pickMetric([])).toBeNull();
  });

  it("knows that less loss is better", () => {
    expect([lessIsBetter("loss/val"), lessIsBetter("accuracy/val"), lessIsBetter("lr")]).toEqual([true, false, false]);
  });
});

function series(columns: Partial<Record<keyof ScalarColumns, number[]>> | null): ScalarSeries {
  const of = (name: keyof ScalarColumns): Float64Array => Float64Array.from(columns?.[name] ?? []);
  return {
    run: "a", tag: "loss", found: columns !== null, total: 0, in_range: 0, shown: 0, nonfinite_count: 0, segments: [], segment_count: 0, segment: 0, joined: null,
    columns: columns && {
      step: of("step"), wall_time: of("wall_time"), x: of("x"), value: of("value"), smoothed: null,
      nonfinite_step: of("nonfinite_step"), nonfinite_wall_time: of("nonfinite_wall_time"),
      nonfinite_x: of("nonfinite_x"), nonfinite_kind: of("nonfinite_kind"),
    },
  };
}

describe("summarize", () => {
  it("takes the last point, be it a number or not", () => {
    expect(summarize(series({ step: [1, 5], value: [2, 1] }))).toMatchObject({ last: 1, lastStep: 5 });
    expect(summarize(series({ step: [1], value: [2], nonfinite_step: [3], nonfinite_kind: [0] }))!.last).toBeNaN();
    expect(summarize(series({ nonfinite_step: [3], nonfinite_kind: [2] }))).toMatchObject({ last: -Infinity, lastStep: 3 });
  });

  it("is null where there is nothing", () => {
    expect(summarize(series(null))).toBeNull();
    expect(summarize(series({}))).toBeNull();
  });
});
