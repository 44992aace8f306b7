/** The charts that the made-up runs laid out. */

import type { CustomScalars } from "./source";

export function fixtureLayouts(revision: number, run: string): CustomScalars {
  return {
    revision,
    runs: [run],
    categories: [
      {
        title: "progress",
        closed: false,
        charts: [
          { title: "loss and accuracy", kind: "multiline", tags: ["loss/", "accuracy/val$"], series: [] },
          { title: "validation between training and zero", kind: "margin", tags: [], series: [{ value: "loss/val", lower: "lr", upper: "loss/train" }] },
        ],
      },
    ],
    problems: [],
  };
}
