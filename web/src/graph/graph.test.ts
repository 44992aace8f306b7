import { describe, expect, it } from "vitest";
import { graphColumns, type WrittenNode } from "../lib/graphcolumns";
import { layoutRequest, shortened, textOf } from "./boxes";
import { colorPlan, mix, structureOf, type GraphTheme } from "./colors";
import type { GraphData, ModuleData } from "./data";
import { flowRanks, GraphTree, MOST_CHILDREN } from "./hierarchy";
import { layout, type LayoutBox } from "./layout";
import { GraphModel, tensorBytes, tensorText, tensorWords } from "./model";
import { formatCost, formatScaled } from "./numbers";
import { labelPoint, linePath, lineWidth } from "./paths";
import { neighbour, sceneOf, textsOf } from "./scene";
import { traced } from "./trace";
import { boxCount, openToFit, visibleOf } from "./visible";
import { Viewport } from "./viewport.svelte";

const data = (nodes: readonly WrittenNode[], modules: readonly ModuleData[] = []): GraphData => ({ ...graphColumns(nodes), modules, problems: [] });
const treeOf = (nodes: readonly WrittenNode[]): GraphTree => new GraphTree(new GraphModel(data(nodes)));
const everything = { extract: false };

const NET: readonly WrittenNode[] = [
  { name: "input/x", op: "Input", shape: [8, 4] },
  { name: "Net/a/weight", op: "Parameter", shape: [4, 4], parameters: 16 },
  { name: "Net/a/linear", op: "linear", inputs: ["input=input/x", "weight=Net/a/weight"], shape: [8, 4], flops: 256, memory: 128 },
  { name: "Net/a/relu", op: "relu", inputs: ["input=Net/a/linear"], shape: [8, 4], flops: 32, memory: 128 },
  { name: "Net/b/linear", op: "linear", inputs: ["input=Net/a/relu", "weight=Net/a/weight"], shape: [8, 2], flops: 128, memory: 64 },
  { name: "Net/b/gelu", op: "gelu", inputs: ["Net/b/linear"], shape: [8, 2] },
  { name: "Net/sum", op: "add", inputs: ["Net/b/gelu", "Net/a/relu", "^input/x"], shape: [8, 2] },
  { name: "output", op: "Output", inputs: ["Net/sum"], shape: [8, 2] },
];
const names = (tree: GraphTree, items: Iterable<number>): string[] => [...items].map((item) => tree.path(item)).sort();

describe("model", () => {
  const model = new GraphModel(data(NET));
  it("has edges both ways, with what flows along them", () => {
    expect(model.edgeCount).toBe(10);
    expect(model.inEdges(6).map((edge) => model.sources[edge])).toEqual([5, 3, 0]);
    expect(model.outEdgesOf(3).map((edge) => model.targets[edge])).toEqual([4, 6]);
    expect(model.isControl(model.inEdges(6)[2]!)).toBe(true);
    expect(model.argument(model.inEdges(2)[1]!)).toBe("weight");
    expect(tensorText(model.tensor(model.inEdges(2)[0]!)!)).toBe("8×4 f32");
  });
  it("takes weights of torch's own writer, whose input is nowhere, for weights", () => {
    const odd = new GraphModel(data([{ name: "w", op: "prim::GetAttr", inputs: ["gone"] }, { name: "y", inputs: ["w"] }, { name: "unused", op: "Const" }]));
    expect([0, 1, 2].map((node) => odd.isSource(node))).toEqual([true, false, false]);
  });
  it("survives inputs that are nowhere and numbers that are out of range", () => {
    const broken = { ...data([{ name: "a", inputs: ["gone", "a"], shape: [1] }]), input_nodes: [-1, 99], input_outputs: [0, 7] };
    const odd = new GraphModel(broken);
    expect([...odd.sources]).toEqual([-1, -1]);
    expect(odd.tensor(1)).toBeNull();
  });
  it("writes tensors as people do", () => {
    expect(tensorText({ shape: [-1, 10], dtype: "bfloat16" })).toBe("?×10 bf16");
    expect(tensorText({ shape: [], dtype: "int64" })).toBe("scalar i64");
    expect(tensorWords({ shape: null, dtype: "float32" })).toBe("unknown shape float32");
    expect(tensorBytes({ shape: [2, -1, 3], dtype: "float16" })).toBe(12);
    expect(formatScaled(1_850_000_000)).toBe("1.85 G");
    expect(formatCost("parameters", 12_345)).toBe("12,345");
  });
});

describe("hierarchy", () => {
  it("follows the slashes of names and sums what is inside", () => {
    const tree = treeOf(NET);
    const net = tree.find("Net/")!;
    expect(names(tree, tree.children(tree.root))).toEqual(["Net/", "input/x", "output"]);
    expect(tree.children(net).map((item) => tree.label(item))).toEqual(["a", "b", "sum"]);
    expect([tree.parameters(net), tree.flops(net), tree.memory(net)]).toEqual([16, 416, 320]);
    expect(tree.group(net).leafCount).toBe(6);
    expect(names(tree, tree.ancestors(tree.find("Net/b/gelu")!))).toEqual(["", "Net/", "Net/b/"]);
  });
  it("puts a node that has the name of a scope into it", () => {
    const tree = treeOf([{ name: "a" }, { name: "a/b", inputs: ["a"] }, { name: "a/c", inputs: ["a/b"] }, { name: "d", inputs: ["a"] }]);
    expect(tree.children(tree.find("a/")!).map((item) => tree.label(item))).toEqual(["(a)", "b", "c"]);
  });
  it.each([["slashes only", "///"], ["emoji", "🙂/🚀/👩‍👩‍👧"], ["empty", ""], ["spaces", " / "], ["very deep", "a/".repeat(3000) + "x"]])("takes names of %s", (_, name) => {
    const tree = treeOf([{ name }, { name: "b", inputs: [name] }, { name }]);
    expect(tree.leaves(tree.root)).toEqual([0, 1, 2]);
    expect(tree.find(tree.path(0))).toBe(0);
    expect(tree.find(tree.path(2))).toBe(2);
  });
  it("parts a flat graph of 20,000 nodes so that no group has more than one can look at", () => {
    const tree = treeOf(Array.from({ length: 20_000 }, (_, at) => ({ name: `n${at}`, inputs: at ? [`n${at - 1}`] : [], shape: [1] })));
    for (const group of tree.groups) expect(group.children.length).toBeLessThanOrEqual(MOST_CHILDREN);
    expect(tree.leaves(tree.root).length).toBe(20_000);
    expect(openToFit(tree).size).toBeGreaterThanOrEqual(0);
    // Stretches follow the flow.
    const [first] = tree.children(tree.root);
    expect(tree.leaves(first!)).toContain(0);
  });
  it("parts 10,000 inputs of one node into series", () => {
    const sources = Array.from({ length: 10_000 }, (_, at) => ({ name: `in_${at}`, op: "Placeholder", shape: [1] }));
    const tree = treeOf([...sources, { name: "all", op: "AddN", inputs: sources.map(({ name }) => name), shape: [1] }]);
    const visible = visibleOf(tree, () => false, everything);
    expect(visible.boxes.length).toBeLessThanOrEqual(MOST_CHILDREN + 1);
    expect(visible.edges.reduce((sum, edge) => sum + edge.count, 0)).toBe(10_000);
  });
  it("ranks the rest of a cycle behind what is before it", () => {
    const model = new GraphModel(data([{ name: "a" }, { name: "b", inputs: ["a", "c"] }, { name: "c", inputs: ["b"] }]));
    const ranks = [...flowRanks(model)];
    expect(ranks[0]).toBeLessThan(ranks[1]!);
    expect(ranks.every(Number.isFinite)).toBe(true);
  });
  it("draws a layer that ran twice at both of its places", () => {
    const module = { path: "act", scope: "Net/act", class_name: "ReLU", call_count: 2, parameter_count: 0, flops: 9, activation_bytes: 0 } as ModuleData;
    const twice = ["a", "b"].flatMap((name, at) => [{ name: `Net/${name}`, inputs: at ? ["Net/act/relu"] : [] }, { name: at ? "Net/act/relu_1" : "Net/act/relu", op: "relu", inputs: [`Net/${name}`], flops: 4 }]);
    const tree = new GraphTree(new GraphModel(data(twice, [module])));
    expect(tree.children(tree.root).flatMap((item) => (tree.isGroup(item) ? tree.children(item) : [item])).map((item) => tree.label(item)).sort()).toEqual(["a", "act, call 1", "act, call 2", "b"]);
    expect(tree.path(tree.ofScope("Net/act")!)).toBe("Net/act/relu");
    expect(tree.flops(tree.root)).toBe(8);
    expect(tree.leaves(tree.root)).toEqual([0, 1, 2, 3]);
    expect(tree.groups.filter(({ parent }) => parent === -2).every(({ children }) => children.length === 0)).toBe(true);
  });
  it("knows the modules by their scope", () => {
    const module = { path: "a", scope: "Net/a", class_name: "Layer", parameter_count: 99, flops: 5, activation_bytes: 6 } as ModuleData;
    const tree = new GraphTree(new GraphModel(data(NET, [module])));
    expect(tree.type(tree.ofScope("Net/a")!)).toBe("Layer");
    expect(tree.parameters(tree.find("Net/a/")!)).toBe(99);
  });
});

describe("visible", () => {
  it("draws closed groups as boxes and adds up the edges between them", () => {
    const tree = treeOf(NET);
    const open = new Set([tree.find("Net/")!]);
    const visible = visibleOf(tree, (group) => open.has(group), everything);
    expect(names(tree, visible.boxes)).toEqual(["Net/a/", "Net/b/", "Net/sum", "input/x", "output"]);
    const lines = visible.edges.map(({ from, to, count, label }) => [tree.path(from), tree.path(to), count, label]);
    expect(lines).toContainEqual(["Net/a/", "Net/b/", 2, "8×4 f32 and 1 more"]);
    expect(lines).toContainEqual(["input/x", "Net/a/", 1, "8×4 f32"]);
    expect(visible.edges.find(({ isControl }) => isControl)?.count).toBe(1);
  });
  it("stands weights beside what takes them", () => {
    const tree = treeOf(NET);
    const visible = visibleOf(tree, () => true, everything);
    const weight = tree.find("Net/a/weight")!;
    expect(visible.boxes).not.toContain(weight);
    expect(visible.beside.get(tree.find("Net/a/linear")!)).toEqual([weight]);
    expect(visible.beside.get(tree.find("Net/b/linear")!)).toEqual([weight]);
  });
  it("sets apart what feeds nearly everything", () => {
    const tree = treeOf([{ name: "mask", op: "ones" }, ...Array.from({ length: 16 }, (_, at) => ({ name: `layer${at}`, op: `op${at}`, inputs: ["mask", ...(at ? [`layer${at - 1}`] : [])] }))]);
    const mask = tree.find("mask")!;
    const apart = visibleOf(tree, () => true, { extract: true });
    expect([...apart.apart]).toEqual([mask]);
    expect(apart.mentions.get(tree.find("layer3")!)).toEqual([mask]);
    expect(apart.edges).toHaveLength(15);
    expect(visibleOf(tree, () => true, everything).edges).toHaveLength(31);
    expect(visibleOf(tree, () => true, { extract: true, moved: new Map([[mask, false]]) }).apart.size).toBe(0);
  });
  it("opens as much as fits and counts before it draws", () => {
    const tree = treeOf(NET);
    expect(names(tree, openToFit(tree))).toEqual(["Net/", "Net/a/", "Net/b/"]);
    expect(names(tree, openToFit(tree, 5))).toEqual(["Net/"]);
    expect(boxCount(tree, () => true)).toBe(8);
    expect(boxCount(tree, () => false)).toBe(3);
  });
});

describe("layout", () => {
  const scene = (tree: GraphTree, isOpen: (group: number) => boolean) => {
    const visible = visibleOf(tree, isOpen, everything);
    const texts = textsOf(tree, visible);
    return sceneOf(tree, visible, texts, layout(layoutRequest(tree, visible, texts)));
  };
  it("keeps boxes within their group, apart from each other, in the order of the flow", () => {
    const tree = treeOf(NET);
    const drawn = scene(tree, () => true);
    for (const box of drawn.boxes) {
      const group = drawn.places.get(tree.parent(box.id))!;
      expect(box.x).toBeGreaterThanOrEqual(group.x);
      expect(box.x + box.width).toBeLessThanOrEqual(group.x + group.width + 0.01);
      expect(box.y + box.height).toBeLessThanOrEqual(group.y + group.height + 0.01);
      for (const other of drawn.boxes) {
        if (other.id === box.id) continue;
        const apart = other.x >= box.x + box.width || other.x + other.width <= box.x || other.y >= box.y + box.height || other.y + other.height <= box.y;
        expect(apart, `${tree.path(box.id)} and ${tree.path(other.id)}`).toBe(true);
      }
    }
    const y = (path: string): number => drawn.places.get(tree.find(path)!)!.y;
    expect(y("input/x")).toBeLessThan(y("Net/a/linear"));
    expect(y("Net/a/linear")).toBeLessThan(y("Net/a/relu"));
    expect(y("Net/b/gelu")).toBeLessThan(y("Net/sum"));
  });
  it("leads every line from the edge of one box to the edge of the other", () => {
    const tree = treeOf(NET);
    const drawn = scene(tree, () => true);
    for (const { edge, points, path } of drawn.lines) {
      const [from, to] = [drawn.boxes.find(({ id }) => id === edge.from)!.inner, drawn.boxes.find(({ id }) => id === edge.to)!.inner];
      expect(points[0]).toEqual([expect.closeTo(from.x + from.width / 2), expect.closeTo(from.y + from.height)]);
      expect(points.at(-1)).toEqual([expect.closeTo(to.x + to.width / 2), expect.closeTo(to.y)]);
      expect(path).not.toContain("NaN");
      for (let at = 1; at < points.length; at += 1) expect(points[at]![1]).toBeGreaterThanOrEqual(points[at - 1]![1] - 0.01);
    }
  });
  it("lays out cycles, loops of one node and boxes without lines", () => {
    const tree = treeOf([{ name: "s/a", inputs: ["s/b", "s/a"] }, { name: "s/b", inputs: ["s/a"] }, { name: "t/c", inputs: ["s/b"] }, { name: "t/d" }, { name: "e" }]);
    const drawn = scene(tree, () => true);
    expect(drawn.boxes).toHaveLength(5);
    expect(drawn.lines.every(({ path }) => path !== "" && !path.includes("NaN"))).toBe(true);
  });
  it("lays out nothing, and asks dagre only once for a group that did not change", () => {
    expect(layout({ boxes: [], edges: [] })).toEqual({ boxes: [], routes: [], width: 0, height: 0 });
    const cache: Parameters<typeof layout>[1] = new Map();
    const box = (id: number, parent: number, isOpen = false): LayoutBox => ({ id, parent, width: 60, height: 24, isOpen, isApart: false });
    const boxes = [box(0, -1, true), box(1, 0, true), box(2, 1), box(3, 1)];
    const first = layout({ boxes, edges: [{ from: 2, to: 3 }] }, cache);
    expect(layout({ boxes, edges: [{ from: 2, to: 3 }] }, cache)).toEqual(first);
    expect(cache.size).toBe(2);
  });
  it("goes from box to box by keys, along the lines first", () => {
    const tree = treeOf(NET);
    const drawn = scene(tree, () => true);
    expect(neighbour(drawn, tree.find("Net/a/linear")!, "down")).toBe(tree.find("Net/a/relu"));
    expect(neighbour(drawn, tree.find("Net/a/linear")!, "up")).toBe(tree.find("input/x"));
    expect(neighbour(drawn, tree.find("output")!, "down")).toBeNull();
  });
});

describe("trace", () => {
  const model = new GraphModel(data(NET));
  it("finds what leads to a node and what it leads to, without control dependencies", () => {
    expect([...traced(model, [3], "up")].sort()).toEqual([0, 1, 2, 3]);
    expect([...traced(model, [5], "down")].sort()).toEqual([5, 6, 7]);
    expect(traced(model, [0], "down").has(6)).toBe(true);
    expect([...traced(model, [5], "both")].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
  it("ends in a cycle", () => {
    const cycle = new GraphModel(data([{ name: "a", inputs: ["b"] }, { name: "b", inputs: ["a"] }]));
    expect(traced(cycle, [0], "both").size).toBe(2);
  });
});

describe("colours", () => {
  const theme: GraphTheme = { surface: "#ffffff", accent: "#0a7d78", isDark: false, palette: (place) => `#${(place + 1).toString(16).repeat(6).slice(0, 6)}` };
  const tree = treeOf([...NET, { name: "gpu/x", op: "mul", device: "/gpu:0" }, { name: "gpu/y", op: "mul", device: "/gpu:0" }]);
  const boxes = visibleOf(tree, () => true, everything).boxes;
  it("give what is alike one colour and count it", () => {
    const plan = colorPlan(tree, boxes, "structure", theme);
    expect(plan.classes.find(({ label }) => label === "linear")?.count).toBe(2);
    expect(plan.fill(tree.find("Net/a/linear")!)).toBe(plan.fill(tree.find("Net/b/linear")!));
    expect(plan.fill(tree.find("Net/a/linear")!)).not.toBe(plan.fill(tree.find("Net/a/relu")!));
    expect(structureOf(tree, tree.find("gpu/")!)).toBe("2 mul");
  });
  it("grow with the amount, and leave nothing white", () => {
    const plan = colorPlan(tree, boxes, "flops", theme);
    expect(plan.ramp?.high).toBe("256");
    expect(plan.fill(tree.find("Net/sum")!)).toBeNull();
    const red = (path: string): number => parseInt(plan.fill(tree.find(path)!)!.slice(1, 3), 16);
    expect(red("Net/a/linear")).toBeLessThan(red("Net/b/linear"));
  });
  it("tell devices", () => {
    expect(colorPlan(tree, boxes, "device", theme).classes.map(({ label, count }) => [label, count])).toEqual([["no device given", 7], ["/gpu:0", 2]]);
    expect(colorPlan(tree, boxes, "none", theme).fill(boxes[0]!)).toBeNull();
    expect(mix("#000000", "#ffffff", 0.5)).toBe("#808080");
  });
});

describe("texts and lines", () => {
  it("shorten names in the middle", () => {
    expect(shortened("a".repeat(40), 11)).toBe("aaaaa…aaaaa");
    expect(shortened("👩‍👩‍👧".repeat(9), 9).length).toBeGreaterThan(0);
    const tree = treeOf(NET);
    const visible = visibleOf(tree, () => false, everything);
    expect(textOf(tree, visible, tree.find("Net/")!).below).toContain("6 nodes");
  });
  it("are thicker for more bytes, within bounds", () => {
    expect(lineWidth(0)).toBe(1);
    expect(lineWidth(1e6)).toBeGreaterThan(lineWidth(1e4));
    expect(lineWidth(1e15)).toBe(7);
    expect(linePath([[0, 0], [0, 10], [5, 20]])).toBe("M0 0L0 10C0 15 5 15 5 20");
    expect(labelPoint([[0, 0], [0, 32], [10, 60]])).toEqual([0, 16]);
    expect(labelPoint([[0, 0], [10, 20]])).toEqual([5, 10]);
    expect(labelPoint([])).toBeNull();
  });
});

describe("the part of a picture that is in sight", () => {
  it("is enlarged to a pixel a pixel exactly, whatever it was before", () => {
    const viewport = new Viewport();
    for (let step = 1; step < 200; step += 1) {
      viewport.zoomTo(step / 73.1);
      viewport.zoomTo(1);
      expect(viewport.scale).toBe(1);
    }
  });
  it("keeps the point that it is enlarged about", () => {
    const viewport = new Viewport();
    [viewport.width, viewport.height] = [400, 300];
    viewport.zoomTo(2, 100, 50);
    expect([viewport.x, viewport.y, viewport.scale]).toEqual([-100, -50, 2]);
  });
});
