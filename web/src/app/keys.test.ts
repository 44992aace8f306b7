import { describe, expect, it } from "vitest";
import { keyOf, type Press } from "./keys";

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

describe("keyOf", () => {
  it("knows the palette even while one types", () => {
    expect(keyOf(press("k", { ctrlKey: true }), true)).toEqual({ do: "palette" });
    expect(keyOf(press("K", { metaKey: true }), false)).toEqual({ do: "palette" });
  });

  it("leaves typing and the browser's keys alone", () => {
    expect(keyOf(press("a"), true)).toBeNull();
    expect(keyOf(press("a", { ctrlKey: true }), false)).toBeNull();
    expect(keyOf(press("ArrowLeft", { altKey: true }), false)).toBeNull();
  });

  it("moves, tenfold with Shift", () => {
    expect(keyOf(press("ArrowLeft"), false)).toEqual({ do: "move", count: -1 });
    expect(keyOf(press("ArrowRight", { shiftKey: true }), false)).toEqual({ do: "move", count: 10 });
  });

  it("counts views from one", () => {
    expect(keyOf(press("2"), false)).toEqual({ do: "view", index: 1 });
    expect(keyOf(press("0"), false)).toBeNull();
  });
});
