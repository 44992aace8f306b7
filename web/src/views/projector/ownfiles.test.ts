import { expect, it } from "vitest";
import { formOf, nameOf, tooLarge } from "./ownfiles";

it("takes a file for what its name says", () => {
  expect(["a.npy", "A.NPY", "a.tsv", "a", "a.npy.txt"].map(formOf)).toEqual(["npy", "npy", "tsv", "tsv", "tsv"]);
  expect(["word vectors.tsv", "a.b.npy", ".tsv"].map(nameOf)).toEqual(["word vectors", "a.b", "vectors"]);
});

it("says before they are sent that files are too large", () => {
  expect(tooLarge([{ size: 600 }, null], 1000)).toBeNull();
  expect(tooLarge([{ size: 600 }, { size: 600 }], 1000)).toBe("1.2 kB are more than the 1 kB that can be loaded.");
});
