import { describe, expect, it } from "vitest";
import { LineDensity } from "./density";
import { DensityPainter, type LinePicture } from "./densitypainter";

const RED = 0xff0000;
const BLUE = 0x0000ff;

function pixels(density: LineDensity, alpha = 0.5): Uint8ClampedArray {
  const found = new Uint8ClampedArray(density.width * density.height * 4);
  density.resolve(found, alpha);
  return found;
}

/** [red, green, blue, alpha]. */
const at = (density: LineDensity, x: number, y: number, alpha = 0.5): number[] => [...pixels(density, alpha).slice((y * density.width + x) * 4, (y * density.width + x) * 4 + 4)];

describe("sums of lines", () => {
  it("show one line in its colour and as opaque as it is, and nothing elsewhere", () => {
    const density = new LineDensity(20, 20);
    density.line(Float32Array.of(9.5, 9.5), 0, [0, 20], 1, 0x2040c0, 1);
    expect(at(density, 10, 9)).toEqual([0x20, 0x40, 0xc0, expect.closeTo(128, -1)]);
    expect([at(density, 10, 8), at(density, 10, 10)]).toEqual([[0, 0, 0, 0], [0, 0, 0, 0]]);
    // Between two rows each has half of it.
    density.line(Float32Array.of(15, 15), 0, [0, 20], 1, BLUE, 1);
    const [upper, lower] = [at(density, 3, 14), at(density, 3, 15)];
    expect(upper).toEqual(lower);
    expect(upper[3]).toBeGreaterThan(60);
    expect(upper[3]).toBeLessThan(85);
  });

  it("mix colours where lines cross, and grow opaque", () => {
    const density = new LineDensity(20, 20);
    for (const color of [RED, BLUE]) density.line(Float32Array.of(9.5, 9.5), 0, [0, 20], 1, color, 1);
    expect(at(density, 5, 9)).toEqual([127, 0, 127, expect.closeTo(191, -1)]);
    for (let count = 0; count < 400; count += 1) density.line(Float32Array.of(9.5, 9.5), 0, [0, 20], 1, RED, 1);
    expect(at(density, 5, 9)[3]).toBe(255);
    expect(at(density, 5, 9, 0.001)[3]).toBeLessThan(100);
  });

  it("hold one pixel a row of steep lines, one a column of flat ones, at any ratio of device pixels", () => {
    for (const [y0, y1] of [[2, 38], [38, 2], [10, 12], [7, 7]] as const) {
      for (const ratio of [1, 2]) {
        const density = new LineDensity(20 * ratio, 40 * ratio);
        density.line(Float32Array.of(y0, y1), 0, [4, 16], ratio, RED, 1);
        const found = pixels(density, 0.999);
        const ink = found.reduce((sum, value, index) => sum + (index % 4 === 3 && value > 0 ? 1 : 0), 0);
        const length = Math.hypot(12, y1 - y0) * ratio;
        expect(ink).toBeGreaterThanOrEqual(length * 0.8 * ratio);
        expect(ink).toBeLessThan(length * (ratio + 2.2));
      }
    }
  });

  it("are what they were when a line goes again, in any order", () => {
    const [whole, changed] = [new LineDensity(60, 60), new LineDensity(60, 60)];
    const xs = [0, 22.4, 37.1, 60];
    const lines = Array.from({ length: 50 }, (_, index) => Float32Array.from(xs, (_x, axis) => 5 + ((index * 37 + axis * 23.7) % 50)));
    for (const [index, line] of lines.entries()) if (index % 3 !== 0) whole.line(line, 0, xs, 1, index * 9999, 1);
    for (const [index, line] of [...lines.entries()].reverse()) changed.line(line, 0, xs, 1, index * 9999, 1);
    for (const [index, line] of lines.entries()) if (index % 3 === 0) changed.line(line, 0, xs, 1, index * 9999, -1);
    expect(pixels(changed)).toEqual(pixels(whole));
    expect(pixels(whole).some((value) => value > 0)).toBe(true);
  });

  it("stay within the picture when a line runs along its edge", () => {
    const density = new LineDensity(10, 30);
    density.line(Float32Array.of(5, 25, 5), 0, [0, 0, 10], 1, RED, 1);
    density.line(Float32Array.of(5, 25), 0, [10, 10], 1, RED, 1);
    density.line(Float32Array.of(5, 25), 0, [10, 10], 1, RED, -1);
    expect(at(density, 9, 15)[3]).toBeLessThan(255);
    expect(at(density, 0, 15)[3]).toBeGreaterThan(0);
    expect(at(density, 5, 28)).toEqual([0, 0, 0, 0]);
  });
});

describe("the painter of sums", () => {
  function board(count: number) {
    const waiting: (() => void)[] = [];
    let now = 0;
    const painted: Uint8ClampedArray[] = [];
    const clock = { now: () => (now += 0.1), nextFrame: (work: () => void) => waiting.push(work), cancel: () => void waiting.splice(0) };
    const context = {
      canvas: { width: 40, height: 40 },
      createImageData: (width: number, height: number) => ({ width, height, data: new Uint8ClampedArray(width * height * 4) }),
      putImageData: (image: { data: Uint8ClampedArray }) => painted.push(image.data.slice()),
    } as unknown as CanvasRenderingContext2D;
    const picture: LinePicture = { points: Float32Array.from({ length: count * 2 }, (_, index) => 3 + ((index * 13) % 34)), xs: [0, 40], width: 40, height: 40, colors: Array.from({ length: count }, (_, line) => (line % 2 ? "#ff0000" : "#0000ff")) };
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    const frames = (most = 1000): number => {
      let done = 0;
      for (; waiting.length > 0 && done < most; done += 1) waiting.shift()!();
      return done;
    };
    return { painter: new DensityPainter(clock, 2), context, picture, order, frames, painted };
  }
  const all = (count: number): Uint8Array => new Uint8Array(count).fill(1);

  it("takes as many frames as its share of each allows, and one for the few lines that change", () => {
    const { painter, context, picture, order, frames, painted } = board(400);
    painter.show(context, picture, order, all(400), 0.3);
    expect(frames()).toBeGreaterThan(2);
    const before = painted.at(-1);
    const fewer = all(400);
    fewer[7] = fewer[9] = 0;
    painter.show(context, picture, order, fewer, 0.3);
    frames();
    expect(painted.at(-1)).not.toEqual(before);
    painter.show(context, picture, order, all(400), 0.3);
    frames();
    expect(painted.at(-1)).toEqual(before);
  });

  it("goes on from what is drawn when it is asked for other lines meanwhile", () => {
    const [hasty, calm] = [board(300), board(300)];
    const wanted = Uint8Array.from({ length: 300 }, (_, line) => (line % 3 === 0 ? 1 : 0));
    hasty.painter.show(hasty.context, hasty.picture, hasty.order, all(300), 0.3);
    hasty.frames(1);
    hasty.painter.show(hasty.context, hasty.picture, hasty.order, wanted, 0.3);
    hasty.frames();
    calm.painter.show(calm.context, calm.picture, calm.order, wanted, 0.3);
    calm.frames();
    expect(hasty.painted.at(-1)).toEqual(calm.painted.at(-1));
    hasty.painter.show(hasty.context, hasty.picture, hasty.order, new Uint8Array(300), 0.3);
    hasty.frames();
    expect(hasty.painted.at(-1)!.every((value) => value === 0)).toBe(true);
  });

  it("draws everything anew where lines lie elsewhere or have other colours", () => {
    const { painter, context, picture, order, frames, painted } = board(50);
    painter.show(context, picture, order, all(50), 0.3);
    frames();
    const before = painted.at(-1)!;
    painter.show(context, { ...picture, xs: [10, 30] }, order, all(50), 0.3);
    frames();
    expect(painted.at(-1)).not.toEqual(before);
    painter.show(context, { ...picture, colors: new Array<string>(50).fill("#00ff00") }, order, all(50), 0.3);
    frames();
    expect(painted.at(-1)!.filter((value, index) => index % 4 === 0 && value > 0)).toHaveLength(0);
    painter.show(context, { ...picture, colors: "#00ff00" }, order, all(50), 0.3);
    frames();
    expect(painted.at(-1)!.filter((value, index) => index % 4 === 1 && value > 0).length).toBeGreaterThan(50);
    painter.drop();
    painter.show(context, picture, order, all(50), 0.3);
    frames();
    expect(painted.at(-1)).toEqual(before);
  });
});
