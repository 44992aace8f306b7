// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseRuns } from "./selection.svelte";
import { info, opened } from "./scripted.testing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("RunSelection", () => {
  it("shows all of a few runs and some of many", async () => {
    expect((await opened(10)).state.selection.shown).toHaveLength(10);
    const many = (await opened(31)).state.selection;
    expect(many.shown).toHaveLength(10);
    expect(many.autoLimited).toBe(true);
    many.showAll();
    expect(many.shown).toHaveLength(31);
  });

  it("shows a run that appears while one looks, and drops none for it", async () => {
    const { source, state } = await opened(31);
    const before = [...state.selection.shown];
    source.extra = [info("zz-new")];
    source.say({ revision: 2, runs: ["zz-new"] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.selection.shown).toEqual([...before, "zz-new"]);
  });

  it("is the same list while the choice is the same, whatever grows", async () => {
    const { source, state } = await opened(4);
    const before = state.selection.shown;
    const runs = state.log.runs;
    source.say({ revision: 2, runs: ["wide"] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.log.runs).not.toBe(runs);
    expect(state.selection.shown).toBe(before);
  });

  it("keeps a hidden run hidden and shows new ones beside it", async () => {
    const { source, state } = await opened(4);
    state.selection.toggle("wide");
    expect(state.selection.encoded).toBe("not:wide");
    source.extra = [info("zz-new")];
    source.say({ revision: 2, runs: ["zz-new"] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.selection.shown).toEqual(["baseline", "no-dropout", "softmax-twice", "zz-new"]);
  });

  it("filters by words and by expression, and says what is wrong with one", async () => {
    const { selection } = (await opened(12)).state;
    selection.filter = "SEARCH 1e-2";
    expect(selection.shown.every((run) => run.includes("1e-2"))).toBe(true);
    expect(selection.shown.length).toBeGreaterThan(0);
    selection.filter = "/^(wide|base)/";
    expect(selection.shown).toEqual(["baseline", "wide"]);
    selection.filter = "/(/";
    expect(selection.filterError).not.toBeNull();
  });

  it("comes back from one run alone to what was shown", async () => {
    const { selection } = (await opened(4)).state;
    selection.toggle("wide");
    const before = [...selection.shown];
    selection.toggleSolo("wide");
    expect(selection.shown).toEqual(["wide"]);
    expect(selection.encoded).toBe("only:wide");
    selection.toggleSolo("wide");
    expect(selection.shown).toEqual(before);
  });

  it("comes back to a remembered choice", async () => {
    const { selection } = (await opened(4)).state;
    selection.toggleSolo("wide");
    const back = selection.remember();
    selection.toggle("baseline");
    expect(selection.shown).toEqual(["baseline", "wide"]);
    back();
    expect([selection.solo, selection.shown.length]).toEqual(["wide", 1]);
    selection.toggleSolo("wide");
    expect(selection.shown).toHaveLength(4);
  });

  it("hides and shows what passes the filter, nothing else", async () => {
    const { selection } = (await opened(8)).state;
    selection.filter = "search";
    selection.showNone();
    expect(selection.shown).toEqual([]);
    selection.filter = "";
    expect(selection.shown).toEqual(["baseline", "wide", "no-dropout", "softmax-twice"]);
  });

  it("gives a run one colour, in the theme's palette", async () => {
    const { source, state } = await opened(4);
    const before = state.selection.color("wide");
    source.extra = [info("early", { first_wall_time: 1 })];
    source.say({ revision: 2, runs: ["early"] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.selection.color("wide")).toBe(before);
    state.settings.theme = "dark";
    expect(state.selection.color("wide")).not.toBe(before);
  });
});

it("chooses the fullest for half of the places, then live runs, then the next", () => {
  const runs = [info("old"), info("full", { point_count: 99 }), info("new", { last_wall_time: 3e9 }), info("live", { live: true, point_count: 1 })];
  expect(chooseRuns(runs, 3)).toEqual(["full", "live", "new"]);
  const many = Array.from({ length: 30 }, (_, at) => info(`search ${at}`, { live: true }));
  expect(chooseRuns([info("baseline", { point_count: 1000 }), ...many])).toContain("baseline");
});
