import { unzipSync, strFromU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { bookmarksOfData, readBookmarkFile, writeBookmarkFile } from "./bookmarks";
import { asMetadata } from "./files";
import { readLink, START, writeLink } from "./link";
import { folderOf, shortest, type Publication } from "./publication";
import { asStates, readStates } from "./tensorboardstates";
import { zipped } from "./zip";

const VECTORS = { rows: 3, dimensions: 2, values: Float32Array.of(0.1, -2, 1e-30, NaN, 3, 1 / 3) };
const PUBLISHED: Publication = {
  name: 'my "tag"\\:00010', vectors: VECTORS, columns: [{ name: "class", values: ["a", "b", "a"] }], sprite: { image: new Blob([Uint8Array.of(137, 80)], { type: "image/png" }), width: 4, height: 5 },
  states: [{ label: "x" }], bookmarks: "{}", address: "https://example.org/e/",
};

async function unpacked(published: Publication): Promise<Record<string, string>> {
  const archive = await zipped("e", folderOf(published), () => {});
  return Object.fromEntries(Object.entries(unzipSync(new Uint8Array(await archive.arrayBuffer()))).map(([path, bytes]) => [path, strFromU8(bytes, path.endsWith("png"))]));
}

describe("a published folder", () => {
  it("holds what the config names, in the forms that projectors read", async () => {
    const files = await unpacked(PUBLISHED);
    expect(Object.keys(files)).toEqual(["projector_config.pbtxt", "projector_config.json", "tensors.tsv", "metadata.tsv", "sprite.png", "bookmarks.txt", "glassboard_bookmarks.json", "README.txt"].map((name) => `e/${name}`));
    expect(files["e/tensors.tsv"]).toBe("0.1\t-2\n1e-30\tNaN\n3\t0.33333334\n");
    expect(files["e/metadata.tsv"]).toBe("a\nb\na\n");
    expect(files["e/projector_config.pbtxt"]).toContain('tensor_name: "my \\"tag\\"\\\\:00010"');
    expect(files["e/projector_config.pbtxt"]).toContain("single_image_dim: 4\n    single_image_dim: 5");
    const [one] = (JSON.parse(files["e/projector_config.json"]!) as { embeddings: Record<string, unknown>[] }).embeddings;
    expect(one).toMatchObject({ tensorShape: [3, 2], tensorPath: "https://example.org/e/tensors.tsv", sprite: { imagePath: "https://example.org/e/sprite.png", singleImageDim: [4, 5] } });
    expect(files["e/README.txt"]).toContain("https://example.org/e/projector_config.json");
  });

  it("leaves out what was not asked for", async () => {
    const files = await unpacked({ ...PUBLISHED, columns: [], sprite: null, states: [], bookmarks: null, address: "" });
    expect(Object.keys(files)).toEqual(["projector_config.pbtxt", "projector_config.json", "tensors.tsv", "README.txt"].map((name) => `e/${name}`));
    expect(files["e/projector_config.pbtxt"]).not.toMatch(/metadata|sprite|bookmarks/);
  });

  it("writes each float32 in as few digits as name it", () => {
    for (const value of [0.1, 1 / 3, 16777217, 3.4e38, 1e-45, -0.7].map(Math.fround)) expect(Math.fround(Number(shortest(value)))).toBe(value);
    expect(shortest(Math.fround(0.1))).toBe("0.1");
  });

  it("has no line without a label, which TensorBoard would pass over", () => {
    expect(asMetadata([{ name: "mine", values: ["", "x"] }])).toBe("row\tmine\n0\t\n1\tx\n");
  });
});

describe("TensorBoard's bookmarks", () => {
  const look = { ...START, components: [3, 1, 2], color: "class", isolated: [1, 2, 5], axes: ["a", "/b/", "", ""], searchColumn: "class" } as const;

  it("come back as looks", () => {
    const { states, left } = asStates([{ name: "mine", look }, { name: "other", look: { ...look, algorithm: "tsne" } }], { look, columns: [] }, [6, 3]);
    expect([states.length, left]).toEqual([1, 1]);
    const [name, { link }] = readBookmarkFile(JSON.stringify(states), ["run", "tag"])[0]!;
    expect(name).toBe("mine");
    expect(readLink(link)).toEqual({ ...look, embedding: ["run", "tag"] });
  });

  it("that come with the data are of it, whatever they were made over, and each has a name of its own", () => {
    const { states } = asStates([{ name: "mine", look }, { name: "mine", look: START }], { look, columns: [] }, [6, 3]);
    const found = [...bookmarksOfData(JSON.stringify(states), ["run", "tag"], 7)];
    expect(found.map(([name, { link, step }]) => [name, readLink(link).embedding, step])).toEqual([["mine", ["run", "tag"], 7], ["mine (2)", ["run", "tag"], 7]]);
    const own = writeBookmarkFile([["ours", { link: writeLink({ ...START, embedding: ["elsewhere", "x"], search: "a" }), step: 3 }]]);
    const [, ours] = [...bookmarksOfData(own, ["run", "tag"], null)][0]!;
    expect([readLink(ours.link), ours.step]).toEqual([{ ...START, embedding: ["run", "tag"], search: "a" }, null]);
    for (const broken of ["[{", "", "\0", "[]", '{"a":1}']) expect(() => bookmarksOfData(broken, ["run", "tag"], null)).toThrow(/no JSON|no bookmarks/);
  });

  it("hold the places of the layout that is shown", () => {
    const shown = { look: { ...START, algorithm: "umap", dimensions: 2 } as const, columns: [Float32Array.of(1, NaN), Float32Array.of(2, 3)] };
    const { states } = asStates([], shown, [2, 9]);
    expect(states[0]).toMatchObject({ selectedProjection: "umap", dataSetDimensions: [2, 9], projections: [{ "umap-0": 1, "umap-1": 2 }, { "umap-0": 0, "umap-1": 3 }] });
  });

  it("are told from other files, and what makes no sense is left out", () => {
    for (const text of ["{", "[]", "7", '[{"label":"x"}]']) expect(readStates(text)).toBeNull();
    const [, { link }] = readBookmarkFile('[{"selectedProjection":"magic","pcaComponentDimensions":"x","selectedPoints":[1,"a"],"filteredPoints":7}]')[0]!;
    expect(readLink(link)).toEqual({ ...START, selected: [1] });
  });
});
