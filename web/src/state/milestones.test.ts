import { describe, expect, it } from "vitest";
import { checkpointsOf, epochsOf, hiddenKinds, markText, marksOf, mergedRuns, milestoneKind, MOST_OF_A_KIND, ratesOf, writeHidden, type Milestone } from "./milestones";

const points = (value: number[], tag = "lr", every = 10) => ({ run: "a", tag, step: value.map((_, index) => index * every), value });
const told = ({ milestones }: { milestones: readonly Milestone[] }) => milestones.map(({ step, text }) => `${step} ${text}`);

describe("what a name promises", () => {
  it.each([
    ["epoch", "epoch"], ["train/epoch", "epoch"], ["trainer/current_epoch", "epoch"], ["epoch_num", "epoch"],
    ["loss/epoch", null], ["train_loss_epoch", null], ["epoch_time", null],
    ["lr", "rate"], ["lr-Adam/pg1", "rate"], ["train/learning_rate", "rate"], ["optimizer/learning-rate", "rate"], ["clr", null], ["loss/lr sweep", null],
    ["checkpoint", "checkpoint"], ["io/ckpt_saved", "checkpoint"], ["checkpointing", null],
  ])("%s: %s", (tag, kind) => expect(milestoneKind(tag)).toBe(kind));
});

describe("epochs", () => {
  it("begin where the counter grows, fractions of an epoch do not", () => {
    expect(told(epochsOf(points([0, 0, 1, 1, 2], "epoch")))).toEqual(["20 epoch 1", "40 epoch 2"]);
    expect(told(epochsOf(points([0.5, 0.9, 1.1, 1.9, 3], "epoch")))).toEqual(["20 epoch 1", "40 epoch 3"]);
  });
  it("are none in what falls, and it is said", () => expect(epochsOf(points([3, 2], "epoch"))).toEqual({ milestones: [], reason: "epoch of a falls at step 10: it counts no epochs" }));
  it("are too many to mark beyond reason", () => expect(epochsOf(points(Array.from({ length: MOST_OF_A_KIND + 2 }, (_, at) => at), "epoch")).reason).toContain("too many"));
});

describe("learning rates", () => {
  it("change in steps", () => expect(told(ratesOf(points([0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.01])))).toEqual(["30 lr 0.1 → 0.01"]));
  it("reach a plateau after a warm-up, and leave it", () => {
    expect(told(ratesOf(points([0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.7, 0.5])))).toEqual(["30 lr 0.6 → 0.8", "60 lr 0.8 → 0.7"]);
  });
  it("that change all along mark nothing, and it is said", () => expect(ratesOf(points([5, 4, 3, 2, 1]))).toEqual({ milestones: [], reason: "lr of a changes all along: no single step of it stands out" }));
  it("that stay mark nothing and need no words", () => expect(ratesOf(points([1, 1, 1]))).toEqual({ milestones: [], reason: null }));
});

it("takes every point under the name of a checkpoint", () => expect(told(checkpointsOf({ ...points([0.5], "ckpt"), step: [7] }))).toEqual(["7 ckpt 0.5"]));

describe("marks", () => {
  const at = (step: number, text: string, run = "a"): Milestone => ({ kind: "epoch", step, text, runs: [run] });
  const merged = mergedRuns([at(9, "epoch 2"), at(1, "epoch 1", "b"), at(1, "epoch 1")]);
  it("name all runs of one thing", () => expect(merged.map(({ step, runs }) => [step, runs])).toEqual([[1, ["b", "a"]], [9, ["a"]]]));
  it("that would hide one another are one", () => {
    expect(marksOf([at(0, "e0"), at(3, "e1"), at(50, "e2")], ({ step }) => step, 5).map(({ milestones }) => milestones.length)).toEqual([2, 1]);
  });
  it("leave out what has no place", () => expect(marksOf([at(1, "e")], () => NaN, 5)).toEqual([]));
  it("say where they are and whose", () => {
    expect(markText({ milestones: merged }, 2)).toBe("epoch 1 at step 1\nepoch 2 at step 9, a");
    expect(markText({ milestones: Array.from({ length: 6 }, (_, step) => at(step, `epoch ${step}`)) }, 1)).toContain("and 2 more");
  });
});

it("keeps the kinds that are not marked", () => {
  expect(writeHidden(new Set(["rate", "epoch"]))).toBe("epoch,rate");
  expect([...hiddenKinds("rate,nonsense")]).toEqual(["rate"]);
});
