import { expect, it } from "vitest";
import { sourceInWords } from "./examples";

const SOURCE = { by: "id", column: "image", class_column: "class", agreeing_count: 6, compared_count: 6 } as const;

it("says what tells that a point is a sample, and where it is a guess", () => {
  expect(sourceInWords(SOURCE)).toEqual({ text: "By its id in image; the classes of all 6 points agree.", sure: true });
  expect(sourceInWords({ ...SOURCE, class_column: null, agreeing_count: 0 })).toEqual({ text: "By its id in image.", sure: true });
  expect(sourceInWords({ ...SOURCE, by: "number" })).toMatchObject({ sure: true });
  expect(sourceInWords({ ...SOURCE, by: "number", agreeing_count: 2 })).toEqual({ text: "By the number of its row in image, as no ids were logged; class is the true class of 2 of 6 points: this may be another sample.", sure: false });
  expect(sourceInWords({ ...SOURCE, by: "row", column: null, class_column: null, agreeing_count: 0 })).toEqual({ text: "The row of the same number: there are as many, and no ids. No column tells the classes: this may be another sample.", sure: false });
});
