import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ImageRef } from "../../api/source";
import { neighbours, reachFor, sampleAt, sampleTyped } from "../../lib/stepping";
import { isCrisp, shownWidth } from "./sizing";
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
    expect(neighbours(1, 4, 2, -1)).toEqual([0, 2, 3]);
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
    const measure = () => (broken ? Promise.reject(new Error("no image")) : Promise.resolve({ width: 28, height: 20, thumb: null }));
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
    await expect(images.load(image(1))).rejects.toThrow("The browser cannot decode this image: PNG of 400 B.");
    await expect(images.load(image(1))).rejects.toThrow();
    expect([asked, revoked.length]).toEqual([[1, 1], 2]);
  });
});

describe("a store that is asked faster than it answers", () => {
  const ref = (sample: number): ImageRef => ({ run: "a", tag: "t", sample, key: `k${sample}` });
  function slow() {
    const asked: { sample: number; signal: AbortSignal | undefined; answer: () => void }[] = [];
    const source = {
      image: ({ sample }: ImageRef, signal?: AbortSignal) =>
        new Promise<{ blob: Blob; item_count: number }>((resolve, reject) => {
          asked.push({ sample, signal, answer: () => resolve({ blob: new Blob(["x"], { type: "image/png" }), item_count: 1 }) });
          signal?.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    };
    return { asked, store: new ImageStore(source, () => Promise.resolve({ width: 1, height: 1, thumb: null })) };
  }
  it("gives up what nobody waits for any more, and only that", async () => {
    const { asked, store: images } = slow();
    const [first, second] = [new AbortController(), new AbortController()];
    const gone = images.load(ref(1), first.signal);
    gone.catch(() => {});
    void images.load(ref(2), first.signal).catch(() => {});
    void images.load(ref(2), second.signal).catch(() => {});
    first.abort();
    await expect(gone).rejects.toThrow();
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    // Asked again it is fetched again.
    void images.load(ref(1));
    expect(asked.map(({ sample }) => sample)).toEqual([1, 2, 1]);
  });
  it("keeps what it has, whoever gives up", async () => {
    const { asked, store: images } = slow();
    const stop = new AbortController();
    const loading = images.load(ref(1), stop.signal);
    asked[0]!.answer();
    await loading;
    stop.abort();
    expect(images.peek(ref(1))).not.toBeNull();
  });
});

describe("an image that claims too much", () => {
  it("is not decoded", async () => {
    const header = new Uint8Array(33);
    header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 1, 0, 0, 0, 1, 0, 0]);
    const measure = vi.fn();
    const images = new ImageStore({ image: () => Promise.resolve({ blob: new Blob([header], { type: "image/png" }), item_count: 1 }) }, measure);
    await expect(images.load({ run: "a", tag: "t", sample: 0 })).rejects.toThrow("PNG of 33 B, 65,536 × 65,536 pixels by its header");
    expect(measure).not.toHaveBeenCalled();
  });
});
