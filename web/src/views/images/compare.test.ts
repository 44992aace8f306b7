import { deflateSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { parseOpened } from "./board.svelte";
import { pairOf } from "./comparing.svelte";
import { difference } from "./difference";
import { MOST_ENLARGED, WHOLE, bounded, fitScale, inSight, panned, pixelAt, placed, zoomFor, zoomedAt, type View } from "./geometry";
import { readHeader } from "./header";
import { readableScale } from "./pixellayer";
import { slimmed, valuesAt, channelsOf, type Pixels } from "./pixels";
import { readPng } from "./png";

const grey = (width: number, height: number, ...data: number[]): Pixels => ({ width, height, channels: 1, bits: 8, data: Uint8Array.from(data) });

describe("geometry", () => {
  const frame = { image: { width: 100, height: 50 }, pane: { width: 400, height: 400 }, crisp: false };
  it("fits the whole image, small ones in whole multiples", () => {
    expect(fitScale(frame)).toBe(4);
    expect(fitScale({ ...frame, image: { width: 28, height: 28 }, crisp: true })).toBe(14);
    expect(fitScale({ ...frame, image: { width: 28, height: 28 } })).toBeCloseTo(14.286, 3);
    expect(fitScale({ ...frame, image: { width: 300, height: 300 }, crisp: true })).toBeCloseTo(4 / 3);
    expect(fitScale({ ...frame, pane: { width: 0, height: 0 } })).toBe(0);
    expect(placed(WHOLE, frame)).toEqual({ scale: 4, left: 0, top: 100 });
  });
  it("keeps what is under the pointer where it is", () => {
    const at = { x: 310, y: 202 };
    let view: View = WHOLE;
    for (const factor of [1.5, 1.5, 2, 0.8]) {
      const before = pixelAt(view, at, frame);
      view = zoomedAt(view, factor, at, frame);
      expect(pixelAt(view, at, frame)).toEqual(before);
    }
    expect(view.zoom).toBeCloseTo(3.6);
  });
  it("shows one place in images of different sizes", () => {
    const view = zoomedAt(WHOLE, 4, { x: 300, y: 200 }, frame);
    const half = { ...frame, image: { width: 50, height: 25 } };
    const [large, small] = [pixelAt(view, { x: 200, y: 200 }, frame)!, pixelAt(view, { x: 200, y: 200 }, half)!];
    expect([Math.floor(large.x / 2), Math.floor(large.y / 2)]).toEqual([small.x, small.y]);
  });
  it("never loses the image, nor enlarges it beyond reason", () => {
    const lost = panned(zoomedAt(WHOLE, 3, { x: 0, y: 0 }, frame), { x: 1e6, y: -1e6 }, frame);
    expect(placed(lost, frame).left).toBeCloseTo(0);
    expect(panned(WHOLE, { x: 50, y: 50 }, frame)).toEqual(WHOLE);
    expect(placed(zoomedAt(WHOLE, 1e9, { x: 1, y: 200 }, frame), frame).scale).toBeCloseTo(MOST_ENLARGED);
    expect(bounded({ zoom: 0, x: 9, y: -9 }, frame)).toEqual({ zoom: 0.25, x: 0.5, y: 0.5 });
    // The actual size of a large image can always be reached.
    const large = { ...frame, image: { width: 8000, height: 8000 } };
    expect(placed(bounded({ zoom: zoomFor(1, large), x: 0.5, y: 0.5 }, large), large).scale).toBeCloseTo(1);
  });
  it("tells pixels from what is beside the image", () => {
    expect(pixelAt(WHOLE, { x: 0, y: 100 }, frame)).toEqual({ x: 0, y: 0 });
    expect(pixelAt(WHOLE, { x: 399.9, y: 299.9 }, frame)).toEqual({ x: 99, y: 49 });
    expect(pixelAt(WHOLE, { x: 200, y: 99 }, frame)).toBeNull();
    expect(inSight(zoomedAt(WHOLE, 2, { x: 0, y: 200 }, frame), frame)).toEqual({ left: 0, top: 0, right: 50, bottom: 50 });
  });
});

describe("difference", () => {
  it("is the size of what changed, enlarged", () => {
    const found = difference(grey(2, 2, 10, 20, 30, 255), grey(2, 2, 10, 25, 20, 0), { gain: 4, signed: false })!;
    expect([0, 4, 8, 12].map((at) => found.data[at])).toEqual([0, 20, 40, 255]);
    expect(found).toMatchObject({ changed: 3, largest: 255, mean: (5 + 10 + 255) / 4 });
    expect(found.data[3]).toBe(255);
  });
  it("is brighter or darker than grey where its sign counts", () => {
    const found = difference(grey(3, 1, 100, 50, 60), grey(3, 1, 100, 60, 50), { gain: 2, signed: true })!;
    expect([0, 4, 8].map((at) => found.data[at])).toEqual([128, 118, 138]);
  });
  it("compares grey with colours, sixteen bits with eight, and opacity", () => {
    const rgb: Pixels = { width: 1, height: 1, channels: 3, bits: 8, data: Uint8Array.of(7, 9, 7) };
    expect(difference(grey(1, 1, 7), rgb, { gain: 1, signed: false })).toMatchObject({ changed: 1, largest: 2, mean: 2 / 3 });
    const deep: Pixels = { width: 1, height: 1, channels: 1, bits: 16, data: Uint16Array.of(7 * 257) };
    expect(difference(grey(1, 1, 7), deep, { gain: 1, signed: false })).toMatchObject({ changed: 0, largest: 0 });
    const faint: Pixels = { width: 1, height: 1, channels: 2, bits: 8, data: Uint8Array.of(7, 250) };
    expect(difference(grey(1, 1, 7), faint, { gain: 1, signed: false })).toMatchObject({ changed: 1, largest: 5, mean: 2.5 });
  });
  it("is none between images of two sizes", () => expect(difference(grey(1, 2, 0, 0), grey(2, 1, 0, 0), { gain: 1, signed: false })).toBeNull());
});

const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** A PNG of rows that each begin with their filter; checksums are not read. */
function png(width: number, height: number, bits: number, type: number, rows: readonly (readonly number[])[], more: readonly [string, readonly number[]][] = [], interlaced = 0): Uint8Array {
  const chunk = (name: string, data: Iterable<number>): number[] => {
    const bytes = [...data];
    return [...u32(bytes.length), ...[...name].map((letter) => letter.charCodeAt(0)), ...bytes, 0, 0, 0, 0];
  };
  return Uint8Array.from([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
    ...chunk("IHDR", [...u32(width), ...u32(height), bits, type, 0, 0, interlaced]),
    ...more.flatMap(([name, data]) => chunk(name, data)),
    ...chunk("IDAT", deflateSync(Uint8Array.from(rows.flat()))),
    ...chunk("IEND", []),
  ]);
}

describe("a PNG", () => {
  const read = async (file: Uint8Array) => readPng(file, 1000);
  const data = async (file: Uint8Array) => [...((await read(file))?.data ?? [])];

  it("is read through every filter", async () => {
    // Each row is 10, 20, 30; filters none, sub, up, average, Paeth.
    const rows = [[0, 10, 20, 30], [1, 10, 10, 10], [2, 0, 0, 0], [3, 5, 5, 5], [4, 0, 0, 0]];
    expect(await data(png(3, 5, 8, 0, rows))).toEqual(Array.from({ length: 5 }, () => [10, 20, 30]).flat());
  });
  it("keeps colours that are see-through, which a canvas does not", async () => {
    const found = (await read(png(1, 1, 8, 6, [[0, 200, 100, 50, 1]])))!;
    expect([found.channels, found.bits, valuesAt(found, 0, 0), channelsOf(found)]).toEqual([4, 8, [200, 100, 50, 1], "RGBA"]);
  });
  it("keeps sixteen bits", async () => {
    const found = (await read(png(2, 1, 16, 0, [[0, 1, 2, 255, 254]])))!;
    expect([[...found.data], channelsOf(found)]).toEqual([[258, 65_534], "grey, 16 bits"]);
  });
  it("spreads few bits over the range, and looks colours up", async () => {
    expect(await data(png(4, 1, 1, 0, [[0, 0b10100000]]))).toEqual([255, 0, 255, 0]);
    expect(await data(png(3, 1, 2, 0, [[0, 0b00011000]]))).toEqual([0, 85, 170]);
    expect(await data(png(2, 1, 4, 3, [[0, 0x10]], [["PLTE", [1, 2, 3, 4, 5, 6]]]))).toEqual([4, 5, 6, 1, 2, 3]);
    expect(await data(png(2, 1, 4, 3, [[0, 0x10]], [["PLTE", [1, 2, 3, 4, 5, 6]], ["tRNS", [9]]]))).toEqual([4, 5, 6, 255, 1, 2, 3, 9]);
  });
  it.each([
    ["that is interlaced", png(1, 1, 8, 0, [[0, 1]], [], 1)],
    ["that lies about its size", png(30, 30, 8, 0, [[0, 1]])],
    ["with a filter that is none", png(1, 1, 8, 0, [[9, 1]])],
    ["that is too large", png(100_000, 100_000, 8, 0, [[0, 1]])],
    ["of no pixels", png(0, 7, 8, 0, [[0, 1]])],
    ["with a grey that is see-through", png(1, 1, 8, 0, [[0, 1]], [["tRNS", [0, 1]]])],
    ["without its palette", png(1, 1, 8, 3, [[0, 1]])],
    ["that is cut", png(4, 4, 8, 0, [[0, 1, 2, 3, 4]]).slice(0, 45)],
    ["that is none", new TextEncoder().encode("GIF89a".padEnd(60))],
  ])("%s is left to the browser", async (_, file) => expect(await read(file)).toBeNull());
  it("is survived whatever bytes are wrong", async () => {
    const file = png(3, 2, 8, 2, [[1, 1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    for (let at = 0; at < file.length; at += 1) {
      const flipped = file.slice();
      flipped[at] = flipped[at]! ^ 0xff;
      const found = await read(flipped);
      expect(found === null || found.data.length === found.width * found.height * found.channels).toBe(true);
    }
    for (let length = 0; length < file.length; length += 1) await read(file.slice(0, length));
  });
});

describe("pixels of a canvas", () => {
  it("lose channels that say nothing", () => {
    expect(slimmed(Uint8ClampedArray.of(5, 5, 5, 255, 9, 9, 9, 255), 2, 1)).toMatchObject({ channels: 1, data: Uint8Array.of(5, 9) });
    expect(slimmed(Uint8ClampedArray.of(5, 6, 7, 255), 1, 1)).toMatchObject({ channels: 3, data: Uint8Array.of(5, 6, 7) });
    expect(slimmed(Uint8ClampedArray.of(5, 5, 5, 0), 1, 1)).toMatchObject({ channels: 2, data: Uint8Array.of(5, 0) });
    expect(slimmed(Uint8ClampedArray.of(5, 6, 7, 8), 1, 1).channels).toBe(4);
  });
  it("are read within the image alone", () => {
    expect(valuesAt(grey(2, 1, 3, 4), 1, 0)).toEqual([4]);
    expect([valuesAt(grey(2, 1, 3, 4), 2, 0), valuesAt(grey(2, 1, 3, 4), -1, 0), valuesAt(grey(2, 1, 3, 4), 0, 1)]).toEqual([[], [], []]);
  });
  it("are written where there is room for all channels", () => {
    expect(readableScale({ channels: 4, bits: 8 })).toBeGreaterThan(readableScale({ channels: 1, bits: 8 }));
    expect(readableScale({ channels: 1, bits: 16 })).toBeGreaterThan(readableScale({ channels: 1, bits: 8 }));
  });
});

describe("the header of an image", () => {
  const text = (value: string) => [...value].map((letter) => letter.charCodeAt(0));
  it.each<[string, number[], [number, number] | null]>([
    ["PNG", [...png(70_000, 3, 8, 0, [])], [70_000, 3]],
    ["GIF", [...text("GIF89a"), 0x40, 1, 0x20, 0], [320, 32]],
    ["BMP, top row first", [...text("BM"), ...new Array<number>(16).fill(0), 40, 0, 0, 0, 0xf6, 0xff, 0xff, 0xff], [40, 10]],
    ["WebP, lossy", [...text("RIFF1234WEBPVP8 "), ...new Array<number>(10).fill(0), 0x40, 0x41, 0x20, 0], [320, 32]],
    ["WebP, lossless", [...text("RIFF1234WEBPVP8L"), 0, 0, 0, 0, 0x2f, 0x3f, 0xc1, 0x07, 0, ...new Array<number>(10).fill(0)], [320, 32]],
    ["WebP, extended", [...text("RIFF1234WEBPVP8X"), 10, 0, 0, 0, 0, 0, 0, 0, 0x3f, 1, 0, 0x1f, 0, 0], [320, 32]],
    ["JPEG behind another segment", [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 11, 8, 0, 32, 1, 0x40, 3], [320, 32]],
    ["JPEG that ends", [0xff, 0xd8, 0xff, 0xe0, 0, 4], null],
    ["JPEG with a segment of no length", [0xff, 0xd8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], null],
    ["HTML", text("<html>".padEnd(40)), null],
    ["nothing", [], null],
  ])("says the size of a %s", (_, bytes, size) => expect(readHeader(Uint8Array.from(bytes))).toEqual(size && { width: size[0], height: size[1] }));
});

describe("what is compared", () => {
  it("is the pair asked for, else the first two", () => {
    expect(pairOf(["a", "b", "c"], ["", ""])).toEqual([0, 1]);
    expect(pairOf(["a", "b", "c"], ["c", "a"])).toEqual([2, 0]);
    expect(pairOf(["a", "b", "c"], ["b", "gone"])).toEqual([1, 0]);
    expect(pairOf(["a"], ["", ""])).toEqual([0, 0]);
  });
  it("is opened from a link, and nothing from one that was cut", () => {
    expect(parseOpened('["t","r",2]')).toEqual({ tag: "t", run: "r", item: 2 });
    expect(parseOpened('["t","",-1]')).toEqual({ tag: "t", run: "", item: 0 });
    expect([parseOpened(""), parseOpened('["t"'), parseOpened("7"), parseOpened("[1,2]")]).toEqual([null, null, null, null]);
  });
});

vi.stubGlobal("matchMedia", () => ({ matches: false }));
