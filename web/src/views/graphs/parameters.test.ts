import { describe, expect, it } from "vitest";
import { fixtureGraph } from "../../api/fixture_graph";
import { GraphTree } from "../../graph/hierarchy";
import { GraphModel } from "../../graph/model";
import { graphColumns } from "../../lib/graphcolumns";
import { itemOfTag, tagPattern } from "./parameters";

const fixture = new GraphTree(new GraphModel(fixtureGraph({ run: "a", tag: "__run_graph__", sample: 0 })));
const pathOf = (tree: GraphTree, tag: string): string | null => {
  const item = itemOfTag(tree, tag);
  return item === null ? null : tree.path(item);
};

describe("tags of parameters", () => {
  it("name the innermost module whose path stands in them", () => {
    const [inner] = fixture.model.data.modules.filter(({ path }) => path.includes("block1.0"));
    expect(pathOf(fixture, `parameters/${inner!.path}.weight`)).toBe(`${inner!.scope}/`);
    expect(pathOf(fixture, "gradients/output.bias")).toBe("Net/output/");
    expect(pathOf(fixture, "output")).toBe("Net/output/");
  });

  it("name none by a part of a word, or by what is not in the graph", () => {
    expect(pathOf(fixture, "outputs.weight")).toBeNull();
    expect(pathOf(fixture, "loss of samples")).toBeNull();
    expect(pathOf(fixture, "")).toBeNull();
  });

  it("name a scope where the graph has no modules", () => {
    const tree = new GraphTree(new GraphModel({ ...graphColumns([{ name: "dense_1/MatMul", shape: [1] }, { name: "dense_1/Add", inputs: ["dense_1/MatMul"], shape: [1] }]), form: "graph_def", modules: [], problems: [] }));
    expect(pathOf(tree, "model/dense_1/kernel_0")).toBe("dense_1/");
    expect(pathOf(tree, "dense_10/kernel_0")).toBeNull();
  });

  it("take signs of expressions as they stand", () => {
    expect(new RegExp(tagPattern("a.b[0](x)+")).test("p/a.b[0](x)+.weight")).toBe(true);
    expect(new RegExp(tagPattern("a.b")).test("p/aXb.weight")).toBe(false);
  });
});
