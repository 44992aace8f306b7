// @vitest-environment jsdom
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DataSource } from "../api/source";
import { createState } from "./context";
import { parseMarks } from "./marks.svelte";
import { opened, ScriptedSource } from "./scripted.testing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("RunMarks", () => {
  it("give a run the colour that was chosen, in both themes, until it is given up", async () => {
    const { state } = await opened(4);
    const own = state.selection.color("wide");
    state.marks.setColor("wide", "#ABCDEF");
    expect(state.selection.color("wide")).toBe("#abcdef");
    state.marks.setColor("wide", "red");
    expect(state.selection.color("wide")).toBe("#abcdef");
    state.marks.setColor("wide", null);
    expect(state.selection.color("wide")).toBe(own);
  });

  it("colour by a pattern: what it captures decides, others keep their own", async () => {
    const { state } = await opened(12);
    const own = state.selection.color("baseline");
    state.marks.colorPattern = "lr=(\\S+)";
    const [first, second] = ["search/lr=1e-1 #0", "search/lr=1e-1 #4"];
    expect(state.selection.color(first!)).toBe(state.selection.color(second!));
    expect(state.selection.color(first!)).not.toBe(state.selection.color("search/lr=1e-2 #1"));
    expect(state.selection.color("baseline")).toBe(own);
    state.marks.colorPattern = "(";
    expect(state.marks.patternError).toMatch(/^Not a regular expression/);
    expect(state.selection.color("baseline")).toBe(own);
  });

  it("put runs away and bring them back", async () => {
    const { state } = await opened(4);
    const { marks, selection } = state;
    selection.toggleSolo("wide");
    marks.trash(["wide"]);
    expect([selection.shown, selection.listed.length, marks.justTrashed]).toEqual([[], 3, ["wide"]]);
    selection.toggleSolo("wide");
    expect(selection.shown).toEqual(["baseline", "no-dropout", "softmax-twice"]);
    marks.restore(["wide"]);
    expect([selection.shown.length, marks.justTrashed]).toEqual([4, []]);
  });

  it("are kept for their log", async () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text), removeItem: (key: string) => void kept.delete(key) } as unknown as Storage;
    const open = async () => {
      const source = new ScriptedSource({ runs: 4 });
      const state = createState(source as DataSource, storage);
      const stops = [state.log.start(), $effect.root(() => state.marks.keep())];
      source.say();
      await vi.advanceTimersByTimeAsync(10);
      flushSync();
      return { state, close: () => stops.forEach((stop) => stop()) };
    };
    const first = await open();
    first.state.marks.togglePin("wide");
    first.state.marks.setColor("baseline", "#112233");
    first.state.marks.trash(["no-dropout"]);
    flushSync();
    first.close();
    const { state, close } = await open();
    expect([[...state.marks.pinned], state.selection.color("baseline"), [...state.marks.trashed], state.marks.justTrashed]).toEqual([["wide"], "#112233", ["no-dropout"], []]);
    state.marks.togglePin("wide");
    state.marks.setColor("baseline", null);
    state.marks.restore(["no-dropout"]);
    flushSync();
    expect(kept.size).toBe(0);
    close();
  });

  it.each(["", "[", "3", '{"pinned":5,"colors":{"a":"red"},"colorPattern":{}}'])("are none in %s", (text) => {
    expect(parseMarks(text)).toEqual({ pinned: [], trashed: [], colors: {}, colorPattern: "", colorColumn: "" });
  });
});
