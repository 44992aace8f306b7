import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ImageRef } from "../../api/source";
import { isCrisp, neighbours, reachFor, sampleAt, sampleTyped, shownWidth } from "./stepping";
import { ImageStore } from "./store";

describe("stepping", () => {
  const steps = [0, 10, 20];
  it.each([[null, 2], [0, 0], [9, 0], [10, 1], [999, 2], [-5, 0]])("shows for step %s sample %i", (step, index) => expect(sampleAt(steps, step, null)).toBe(index));
  it("reaches samples that share a step", () => {
    expect(sampleAt([0, 0, 0], 0, null)).toBe(2);
    expect(sampleAt([0, 0, 0], 0, 1)).toBe(1);
  });
  it("leaves a chosen sample when the page goes to another step", () => expect(sampleAt([0, 0, 5], 5, 1)).toBe(2));
  it("has nothing to show of nothing", () => expect(sampleAt([], 3, null)).toBe(-1));
  it.each([["10", 1], ["14", 1], ["16", 2], ["1,000", 2], ["", null], ["ten", null]])("takes %j for sample %s", (typed, index) => expect(sampleTyped(steps, typed)).toBe(index));
  it("loads neighbours first", () => {
    expect(neighbours(1, 4, 2)).toEqual([2, 0, 3]);
    expect(neighbours(0, 1, 9)).toEqual([]);
  });
  it("loads ahead all of a small series, little of a large one", () => {
    expect(reachFor(Array.from({ length: 25 }, () => 500))).toBe(25);
    expect(reachFor(Array.from({ length: 25 }, () => 5 << 20))).toBe(1);
  });
});

describe("pixels", () => {
  it("are squares in small images unless smoothed", () => {
    expect([isCrisp("auto", 28, 28), isCrisp("auto", 640, 480), isCrisp("smooth", 28, 28), isCrisp("crisp", 640, 480)]).toEqual([true, false, false, true]);
  });
  it("are enlarged in whole multiples", () => {
    expect([shownWidth(28, 200, true), shownWidth(28, 200, false), shownWidth(640, 200, true)]).toEqual([196, 200, 200]);
  });
});

describe("store", () => {
  const revoked: string[] = [];
  beforeEach(() => {
    let count = 0;
    vi.stubGlobal("URL", { createObjectURL: () => `blob:${(count += 1)}`, revokeObjectURL: (url: string) => revoked.push(url) });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    revoked.length = 0;
  });
  const image = (sample: number, key = `k${sample}`): ImageRef => ({ run: "a", tag: "t", sample, key });
  function store({ capacity = 1000, broken = false } = {}) {
    const asked: number[] = [];
    const source = {
      image: ({ sample }: ImageRef) => {
        asked.push(sample);
        return Promise.resolve({ blob: new Blob([new Uint8Array(400)], { type: "image/png" }), item_count: 2 });
      },
    };
    const measure = () => (broken ? Promise.reject(new Error("no image")) : Promise.resolve({ width: 28, height: 20 }));
    return { asked, store: new ImageStore(source, measure, capacity) };
  }

  it("fetches an image once", async () => {
    const { asked, store: images } = store();
    expect(images.peek(image(1))).toBeNull();
    await Promise.all([images.load(image(1)), images.load(image(1))]);
    expect(asked).toEqual([1]);
    expect(images.peek(image(1))).toMatchObject({ width: 28, height: 20, itemCount: 2, byteCount: 400, mediaType: "image/png" });
  });
  it("fetches anew what became another image", async () => {
    const { asked, store: images } = store();
    await images.load(image(1, "old"));
    await images.load(image(1, "new"));
    expect(asked).toEqual([1, 1]);
  });
  it("lets go of what was not used for longest", async () => {
    const { asked, store: images } = store();
    for (const sample of [1, 2, 1, 3]) await images.load(image(sample));
    expect(revoked).toHaveLength(1);
    expect([images.peek(image(1)), images.peek(image(2))].map((stored) => stored !== null)).toEqual([true, false]);
    expect(asked).toEqual([1, 2, 3]);
  });
  it("says what cannot be decoded and tries again when asked", async () => {
    const { asked, store: images } = store({ broken: true });
    await expect(images.load(image(1))).rejects.toThrow("The browser cannot decode this image/png of 400 bytes.");
    await expect(images.load(image(1))).rejects.toThrow();
    expect([asked, revoked.length]).toEqual([[1, 1], 2]);
  });
});
