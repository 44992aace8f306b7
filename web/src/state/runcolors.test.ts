import { describe, expect, it } from "vitest";
import { DARK_COLORS, LIGHT_COLORS, assignColors, paletteColor } from "./runcolors";

type Rgb = readonly [number, number, number];

function linear(hex: string): Rgb {
  const channel = (at: number): number => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Machado et al. 2009, full severity. */
const DEUTERANOPE = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881];
const PROTANOPE = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998];
const TRITANOPE = [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039];
const NORMAL = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function seen(color: Rgb, eye: readonly number[]): Rgb {
  const row = (at: number): number =>
    Math.min(1, Math.max(0, eye[at]! * color[0] + eye[at + 1]! * color[1] + eye[at + 2]! * color[2]));
  return [row(0), row(3), row(6)];
}

function closest(colors: readonly string[], eye: readonly number[]): number {
  const labs = colors.map((color) => oklab(seen(linear(color), eye)));
  return Math.min(
    ...labs.flatMap((a, index) => labs.slice(index + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]))),
  );
}

describe("the palette", () => {
  it.each([
    ["light", LIGHT_COLORS, "#ffffff"],
    ["light", LIGHT_COLORS, "#f4f5f7"],
    ["dark", DARK_COLORS, "#14181d"],
    ["dark", DARK_COLORS, "#0d1014"],
  ] as const)("keeps 20 runs apart and stands out from its surface: %s", (_, colors, surface) => {
    expect(new Set(colors).size).toBeGreaterThanOrEqual(20);
    for (const color of colors) expect(contrast(color, surface), color).toBeGreaterThanOrEqual(3);
    expect(closest(colors.slice(0, 20), NORMAL)).toBeGreaterThan(0.075);
    for (const eye of [DEUTERANOPE, PROTANOPE, TRITANOPE]) expect(closest(colors.slice(0, 10), eye)).toBeGreaterThan(0.03);
    // The test can fail: red and green of one lightness are one to a deuteranope.
    expect(closest(["#b05a3c", "#7d7a3a"], DEUTERANOPE)).toBeLessThan(0.03);
  });

  it("is as long in both themes, so a run keeps its hue", () => {
    expect(DARK_COLORS).toHaveLength(LIGHT_COLORS.length);
    expect(paletteColor(2, "dark")).toBe(DARK_COLORS[2]);
  });

  it.each([["light", "#ffffff"], ["dark", "#14181d"]] as const)("goes on for three times its length: %s", (theme, surface) => {
    const colors = Array.from({ length: LIGHT_COLORS.length * 3 }, (_, place) => paletteColor(place, theme));
    expect(new Set(colors).size).toBe(colors.length);
    for (const color of colors) expect(contrast(color, surface), color).toBeGreaterThanOrEqual(2.9);
    expect(paletteColor(colors.length, theme)).toBe(colors[0]);
  });
});

describe("assignColors", () => {
  const run = (name: string, first_wall_time: number | null) => ({ name, first_wall_time });

  it("goes by the time the runs began, whatever they are called", () => {
    const places = assignColors([run("a", 30), run("b", 10), run("c", null), run("d", 20)]);
    expect(Object.fromEntries(places)).toEqual({ b: 0, d: 1, a: 2, c: 3 });
  });

  it("never recolours a pinned run, not even for an older one that appears", () => {
    const pinned = new Map([["b", 0], ["a", 1]]);
    const places = assignColors([run("a", 30), run("b", 10), run("older", 1)], pinned);
    expect(Object.fromEntries(places)).toEqual({ a: 1, b: 0, older: 2 });
  });
});
