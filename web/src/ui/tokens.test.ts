import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const css = readFileSync(fileURLToPath(new URL("./tokens.css", import.meta.url)), "utf8");

function tokens(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split("}")[0]!;
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [found[1]!, found[2]!]));
}

function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
])("text of the %s theme", (_, selector) => {
  const theme = tokens(selector);
  const on = (text: string, ...surfaces: string[]) => surfaces.map((surface) => [text, surface] as const);
  it.each([
    ...["text", "muted", "faint", "bad", "accent-text"].flatMap((text) => on(text, "bg", "surface", "hover")),
    ...on("accent-text", "accent-bg"),
    ...on("text", "accent-bg", "bad-bg", "sunken", "found"),
    ...on("bad", "bad-bg"),
    ...on("warn", "warn-bg"),
    ...on("on-accent", "accent"),
  ])("%s on %s has a contrast of 4.5", (text, surface) => {
    expect(contrast(theme.get(text)!, theme.get(surface)!)).toBeGreaterThanOrEqual(4.5);
  });
});
