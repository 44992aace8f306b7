import { describe, expect, it } from "vitest";
import { exportRequest, type ExportChoice } from "./exportrequest";
import { VIEWS } from "./views";

const all: ExportChoice = { what: "all", runs: "all", points: 1000, media: true };
const images = VIEWS.find((view) => view.id === "images")!;

describe("what is asked for", () => {
  it("is everything, opened as it is shown", () => {
    expect(exportRequest(all, images, ["a"], "?runs=only:a&step=3")).toEqual({ max_points: 1000, media: true, query: "?runs=only%3Aa&step=3&view=images" });
  });
  it("is one view of the runs shown, without the names of others in its link", () => {
    const asked = exportRequest({ ...all, what: "view", runs: "shown", media: false }, images, ["a", "b"], "?runs=not:secret&filter=secret");
    expect(asked).toEqual({ max_points: 1000, media: false, query: "?runs=all&view=images", runs: ["a", "b"], kinds: ["image"] });
  });
});
