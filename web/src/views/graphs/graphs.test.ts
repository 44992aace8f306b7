import { describe, expect, it } from "vitest";
import { fixtureGraph } from "../../api/fixture_graph";
import { GraphTree } from "../../graph/hierarchy";
import { GraphModel } from "../../graph/model";
import { graphColumns, type WrittenNode } from "../../lib/graphcolumns";
import { layersCsv, layersOf, totalsOf } from "./layers";
import { EMPTY, readLink, writeLink } from "./link";
import { findItems } from "./search";

const fixture = new GraphTree(new GraphModel(fixtureGraph({ run: "a", tag: "__run_graph__", sample: 0 })));
const treeOf = (nodes: readonly WrittenNode[], form: "graph_def" | "keras" = "graph_def"): GraphTree => new GraphTree(new GraphModel({ ...graphColumns(nodes), form, modules: [], problems: [] }));

describe("link", () => {
  it("holds what differs, and opens whatever was done to it", () => {
    const link = { ...EMPTY, run: "a", opened: ["Net/"], color: "flops" as const, table: false };
    expect(readLink(writeLink(link))).toEqual(link);
    expect(writeLink(EMPTY)).toBe("");
    for (const text of ["", "{", "[]", "3", '{"color":"pink","opened":[1,{}],"sample":-1,"trace":"sideways"}']) expect(readLink(text)).toEqual(EMPTY);
  });
});

describe("layers", () => {
  it("are the modules, with what is unused and where they are in the picture", () => {
    const rows = layersOf(fixture);
    expect(rows.map(({ name, depth }) => `${"-".repeat(depth)}${name}`)).toEqual(["(model)", "-block1", "--0", "-block2", "--0", "-output", "-auxiliary"]);
    expect(rows.at(-1)).toMatchObject({ isUnused: true, item: null, output: "" });
    expect(rows[5]).toMatchObject({ type: "Linear", parameters: 31_360, trainable: "yes", output: "64×10", item: fixture.ofScope("Net/output") });
    expect(totalsOf(fixture).parameters).toBe(50_080);
  });
  it("are scopes where there is no table of modules", () => {
    const tree = treeOf([{ name: "a/w", op: "VariableV2", parameters: 6, shape: [2, 3] }, { name: "a/MatMul", op: "MatMul", inputs: ["x", "a/w"], shape: [-1, 3] }, { name: "x", op: "Placeholder", shape: [-1, 2] }, { name: "y", inputs: ["a/MatMul"] }]);
    expect(layersOf(tree)).toMatchObject([{ name: "a", type: "scope", parameters: 6, output: "?×3" }]);
    expect(totalsOf(tree)).toMatchObject({ parameters: 6, trainable: null });
  });
  it("say what leads out of a scope, at every depth, and nothing of more than two shapes", () => {
    const inside = [4, 5, 6, 7].map((size) => ({ name: `outer/inner/n${size}`, op: "op", inputs: ["x"], shape: [size] }));
    const tree = treeOf([{ name: "x", shape: [1] }, ...inside, { name: "outer/joined", inputs: inside.slice(0, 2).map(({ name }) => name), shape: [9] }, { name: "end", inputs: ["outer/joined", "outer/inner/n4"] }, { name: "all/a", inputs: inside.map(({ name }) => name) }, { name: "all/b" }]);
    // n4 and n5 stay in outer, but for what leads to the end and to all of them.
    expect(layersOf(tree).map(({ name, output }) => [name, output])).toEqual([["outer", ""], ["inner", ""], ["all", ""]]);
    const two = treeOf([...inside.slice(0, 2), { name: "x", shape: [1] }, { name: "outer/joined", inputs: ["outer/inner/n4", "outer/inner/n5"], shape: [9] }, { name: "end", inputs: ["outer/joined"] }]);
    expect(layersOf(two).map(({ name, output }) => [name, output])).toEqual([["outer", "9"], ["inner", "4, 5"]]);
  });
  it("are the layers of a Keras model", () => {
    const tree = treeOf([{ name: "in", op: "InputLayer", shape: [-1, 4] }, { name: "encoder/dense", op: "Dense", inputs: ["in"], frozen: true }, { name: "out", op: "Dense", inputs: ["encoder/dense"] }], "keras");
    expect(layersOf(tree).map(({ name, type, depth, trainable }) => [name, type, depth, trainable])).toEqual([["in", "InputLayer", 0, null], ["dense", "Dense", 1, "no"], ["out", "Dense", 0, null]]);
  });
  it("go into a table that a spreadsheet opens", () => {
    const lines = layersCsv(layersOf(fixture), fixture).trim().split("\r\n");
    expect(lines[0]).toBe("layer,depth,type,output,parameters,trainable,flops,bytes,calls,unused,scope");
    expect(lines[6]).toContain('output,1,Linear,64×10,31360,yes');
    expect(lines[7]).toContain("yes");
  });
});

describe("search", () => {
  it("finds by name, operation and class, modules first", () => {
    const found = findItems(fixture, "conv2d");
    expect(found.items.map((item) => fixture.path(item)).slice(0, 2)).toEqual(["Net/block1/Conv2d[0]/", "Net/block2/Conv2d[0]/"]);
    expect(findItems(fixture, "Linear").items.map((item) => fixture.path(item))[0]).toBe("Net/output/");
    expect(findItems(fixture, "/block[2]\\/.*relu/").count).toBe(1);
  });
  it("says why an expression cannot be used and finds nothing for nothing", () => {
    expect(findItems(fixture, "/(/").error).toContain("regular expression");
    expect(findItems(fixture, "  ").count).toBe(0);
    expect(findItems(fixture, "nothing of that name").count).toBe(0);
  });
});
