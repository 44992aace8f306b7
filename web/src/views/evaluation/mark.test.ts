import { describe, expect, it } from "vitest";
import { binMark, cellMark, classMark, describeMark, filterOf, readMark, writeMark, type Mark } from "./mark";

const NAMES = ["お", "き", "す"];
const MARKS: readonly [Mark, string, string][] = [
  [cellMark({ classes: [0] }, { classes: [2] }), "t0,p2", "お taken for す"],
  [cellMark({ classes: [1] }, { classes: [1] }), "t1,p1", "き found"],
  [cellMark({ classes: [0, 1], not: true }, { classes: [-1] }), "t!0+1,p-1", "another class taken for nothing"],
  [classMark(1), "t1", "き"],
  [{ correct: false }, "wrong", "wrong"],
  [binMark(null, 0, 10), "s::0.1", "probability up to 0.1"],
  [binMark(2, 9, 10), "s2:0.9:", "probability of す above 0.9"],
  [{ outcome: { of: 1, kind: "false_negative" } }, "fn1", "false negatives of き"],
  [{ labelErrors: true, truth: { classes: [0] } }, "t0,labels", "お, likely label errors"],
  [{ id: "a,id=b" }, "id=a,id=b", "#a,id=b"],
  [{}, "all", "all samples"],
];

describe("a mark", () => {
  it.each(MARKS)("survives its link and is told in words (%#)", (mark, link, words) => {
    expect(writeMark(mark)).toBe(link);
    expect(readMark(link)).toEqual(mark);
    expect(describeMark(mark, NAMES)).toBe(words);
  });
  it("is none for an empty link", () => {
    expect(readMark("")).toBeNull();
    expect(writeMark(null)).toBe("");
  });
  it("leaves out what makes no sense", () => expect(readMark("t0,px,hello,s1:x:2,fn")).toEqual({ truth: { classes: [0] } }));
});

describe("what the server is asked", () => {
  const decision = { threshold: 0.7, positive: 1 };
  it("decides by the threshold where that matters", () => {
    expect(filterOf(cellMark({ classes: [0] }, { classes: [-1] }), decision, 3)).toEqual({ true_classes: [0], predicted_classes: [-1], threshold: 0.7, positive: 1 });
    expect(filterOf(classMark(0), decision, 3)).toEqual({ true_classes: [0] });
    expect(filterOf({ outcome: { of: 2, kind: "true_positive" } }, decision, 3)).toEqual({ outcome: { class_index: 2, threshold: 0.7, outcome: "true_positive" } });
    expect(filterOf({ outcome: { of: 2, kind: "true_positive" } }, { threshold: null, positive: 1 }, 3).outcome?.threshold).toBe(0.5);
  });
  it("names all other classes", () => expect(filterOf({ truth: { classes: [1], not: true } }, decision, 4).true_classes).toEqual([0, 2, 3]));
  it("leaves the ends of the scores open", () => {
    expect(filterOf(binMark(1, 0, 4), decision, 3).score).toEqual({ class_index: 1, up_to: 0.25 });
    expect(filterOf(binMark(null, 3, 4), decision, 3).score).toEqual({ class_index: null, above: 0.75 });
  });
});
