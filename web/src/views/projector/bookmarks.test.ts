import { describe, expect, it } from "vitest";
import type { EmbeddingItem } from "../../api/source";
import { parseBookmarks } from "../../state/bookmarks.svelte";
import { describeBookmark, readBookmarkFile, writeBookmarkFile } from "./bookmarks";
import { readLink, START, writeLink } from "./link";
import { questionOf, requestOf } from "./question";

const LINK = writeLink({ ...START, embedding: ["a", "pixels"], algorithm: "tsne", dimensions: 3, color: "class", selected: [3, 4, 5] });

describe("bookmarks", () => {
  it("come back from a file as they were", () => {
    const all = [["clusters", { link: LINK, step: 12 }], ["start", { link: "", step: null }]] as const;
    expect(readBookmarkFile(writeBookmarkFile(all))).toEqual(all);
  });

  it("are refused with words where the file holds none", () => {
    expect(() => readBookmarkFile("{")).toThrow("no JSON");
    expect(() => readBookmarkFile("[]")).toThrow('its "format" is absent, "glassboard projector bookmarks" was wanted');
    expect(() => readBookmarkFile('{"format":"glassboard projector bookmarks","version":9}')).toThrow("version 9");
  });

  it("leave out what makes no sense", () => {
    const text = JSON.stringify({ format: "glassboard projector bookmarks", version: 1, bookmarks: [7, null, { name: "" }, { name: "x", step: "no", look: { algorithm: "magic", count: 9 } }] });
    expect(readBookmarkFile(text)).toEqual([["x", { link: '{"count":9}', step: null }]]);
    expect(readBookmarkFile('{"format":"glassboard projector bookmarks","version":1,"bookmarks":"all"}')).toEqual([]);
  });

  it("are told in a line", () => {
    expect(describeBookmark({ link: LINK, step: 12 })).toBe("a · pixels, t-SNE in 3-D, by class, 3 points selected, step 12");
    expect(describeBookmark({ link: "", step: null })).toBe("the first embedding, PCA in 2-D");
  });

  it.each([null, "", "{", "7", '{"a":1}', '[1,null,{"name":"x"},{"name":"","link":""}]'])("are none where what was kept makes no sense: %s", (text) => {
    expect(parseBookmarks(text).size).toBe(0);
  });

  it("keep the order in which they were made", () => {
    const kept = parseBookmarks('[{"name":"z","link":"","step":4},{"name":"a","link":"{}"}]');
    expect([...kept]).toEqual([["z", { link: "", step: 4 }], ["a", { link: "{}", step: null }]]);
  });
});

describe("the question to the server", () => {
  const item = { run: "a", name: "pixels:00000", error: null } as EmbeddingItem;
  const none = { rows: [] };

  it("holds the parameters of its algorithm alone", () => {
    expect(JSON.parse(questionOf(item, START, [])!)).toEqual({ run: "a", name: "pixels:00000", algorithm: "pca", sphereize: false });
    expect(questionOf(item, { ...START, perplexity: 7 }, [])).toBe(questionOf(item, START, []));
    expect(JSON.parse(questionOf(item, readLink(LINK), [])!)).toMatchObject({ algorithm: "tsne", dimensions: 3, perplexity: 30, learning_rate: null, iterations: 750 });
    expect(JSON.parse(questionOf(item, { ...START, algorithm: "umap" }, [])!)).toMatchObject({ neighbors: 15, min_dist: 0.1, supervise: null });
  });

  it("is none without an embedding, and without both ends of an axis", () => {
    const custom = { ...START, algorithm: "custom" } as const;
    expect(questionOf(null, START, [])).toBeNull();
    expect(questionOf({ ...item, error: "gone" }, START, [])).toBeNull();
    expect(questionOf(item, custom, [{ rows: [1] }, none, none, none])).toBeNull();
    expect(JSON.parse(questionOf(item, custom, [none, none, { rows: [1] }, { rows: [2, 3] }])!).axes).toEqual([{ start: [1], end: [2, 3] }]);
  });

  it("has the same parameters at another step", () => {
    const [one, other] = [item, { ...item, name: "pixels:00010" }].map((each) => requestOf(questionOf(each, START, [])!));
    expect(one!.parameters).toBe(other!.parameters);
    expect(one!.request.name).not.toBe(other!.request.name);
  });
});
