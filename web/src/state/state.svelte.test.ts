// @vitest-environment jsdom
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FixtureSource } from "../api/fixture";
import { createState, type PageState } from "./context";
import { DEFAULTS, parseSettings } from "./settings.svelte";
import { opened } from "./scripted.testing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("StepCursor", () => {
  it("stops where views have something", async () => {
    const { cursor } = createState(new FixtureSource(), null);
    cursor.offerRange("runs", 0, 100);
    const withdraw = cursor.offerStops("images", [10, 20, 40]);
    expect([cursor.range, cursor.shown]).toEqual([[0, 100], 100]);
    cursor.set(25);
    cursor.move(1);
    expect(cursor.step).toBe(40);
    cursor.move(-2);
    expect(cursor.step).toBe(10);
    cursor.move(-5);
    expect(cursor.step).toBe(10);
    cursor.set(21);
    cursor.move(-1);
    expect(cursor.step).toBe(20);
    withdraw();
    cursor.move(1);
    expect(cursor.step).toBe(21);
  });

  it("holds within its range and has none without data", () => {
    const { cursor } = createState(new FixtureSource(), null);
    expect([cursor.range, cursor.shown]).toEqual([null, null]);
    cursor.move(1);
    cursor.offerRange("runs", 5, 9);
    cursor.set(1e9);
    expect(cursor.step).toBe(9);
    cursor.set(null);
    expect([cursor.step, cursor.shown]).toEqual([null, 9]);
  });
});

describe("Inspector", () => {
  it("keeps what is pinned and catches up afterwards", () => {
    const { inspector } = createState(new FixtureSource(), null);
    inspector.show({ title: "first", sections: [] });
    inspector.pinned = true;
    inspector.show({ title: "second", sections: [] });
    expect(inspector.content?.title).toBe("first");
    inspector.pinned = false;
    expect(inspector.content?.title).toBe("second");
    inspector.clear();
    expect(inspector.content).toBeNull();
  });
});

describe("PageUrl", () => {
  it("survives a reload", async () => {
    const { state } = await opened();
    state.url.view = "images";
    state.selection.only(["wide", "baseline"]);
    state.selection.filter = "a";
    state.settings.smoothing = 0.9;
    state.settings.theme = "dark";
    state.cursor.step = 7;
    state.url.setParam("pin", "loss");
    const { state: again } = await opened();
    again.url.read(state.url.search);
    flushSync();
    expect(again.url.search).toBe(state.url.search);
    expect(again.selection.shown).toEqual(["baseline"]);
    expect([again.url.view, again.settings.smoothing, again.cursor.step, again.url.param("pin")]).toEqual(["images", 0.9, 7, "loss"]);
  });

  it("writes the address bar, a new entry for a new view only", async () => {
    const { state } = await opened();
    const stop = $effect.root(() => state.url.follow());
    flushSync();
    const before = window.history.length;
    state.settings.smoothing = 0.1;
    flushSync();
    await vi.advanceTimersByTimeAsync(200);
    expect(window.location.search).toBe("?smoothing=0.1");
    expect(window.history.length).toBe(before);
    state.url.view = "text";
    flushSync();
    await vi.advanceTimersByTimeAsync(200);
    expect(window.location.search).toBe("?view=text&smoothing=0.1");
    expect(window.history.length).toBe(before + 1);
    stop();
  });
});

describe("PageUrl that is left", () => {
  const arrive = (type: string) => vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type }] as unknown as PerformanceEntryList);
  const shown = async (): Promise<{ state: PageState; stop: () => void }> => {
    const { state } = await opened();
    const stop = $effect.root(() => state.url.follow());
    flushSync();
    return { state, stop };
  };
  beforeEach(() => {
    window.history.replaceState(null, "", "/");
    window.sessionStorage.clear();
  });

  it("writes at once what waits to be written", async () => {
    const { state, stop } = await shown();
    state.settings.smoothing = 0.1;
    window.dispatchEvent(new Event("pagehide"));
    expect(window.location.search).toBe("?smoothing=0.1");
    state.settings.smoothing = 0.2;
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(window.location.search).toBe("?smoothing=0.2");
    stop();
  });

  it.each([["reload", 0.3], ["back_forward", 0.3], ["navigate", DEFAULTS.smoothing]])("hands on what the browser did not take any more: %s", async (type, smoothing) => {
    const { state, stop } = await shown();
    state.settings.smoothing = 0.3;
    // A slow server answers when the address is written already.
    if (type === "back_forward") {
      flushSync();
      await vi.advanceTimersByTimeAsync(4000);
    }
    window.dispatchEvent(new Event("pagehide"));
    stop();
    // The browser asks for the address that it knew.
    window.history.replaceState(null, "", "/");
    arrive(type);
    window.localStorage.clear();
    const next = await shown();
    expect(next.state.settings.smoothing).toBe(smoothing);
    expect(window.location.search).toBe(smoothing === 0.3 ? "?smoothing=0.3" : "");
    next.stop();
    // It is for one page alone.
    window.history.replaceState(null, "", "/");
    window.localStorage.clear();
    const third = await shown();
    expect(third.state.settings.smoothing).toBe(DEFAULTS.smoothing);
    third.stop();
  });

  it("keeps to an address that was written long ago", async () => {
    const { state, stop } = await shown();
    state.settings.smoothing = 0.3;
    flushSync();
    await vi.advanceTimersByTimeAsync(11_000);
    window.dispatchEvent(new Event("pagehide"));
    stop();
    window.history.replaceState(null, "", "/");
    arrive("reload");
    const next = await shown();
    expect(next.state.settings.smoothing).toBe(DEFAULTS.smoothing);
    next.stop();
  });

  it("keeps to itself where it is shown again", async () => {
    const { state, stop } = await shown();
    state.settings.smoothing = 0.3;
    window.dispatchEvent(new Event("pagehide"));
    window.dispatchEvent(new Event("pageshow"));
    stop();
    window.history.replaceState(null, "", "/");
    arrive("reload");
    window.localStorage.clear();
    const next = await shown();
    expect(next.state.settings.smoothing).toBe(DEFAULTS.smoothing);
    next.stop();
  });
});

describe("Settings", () => {
  it("keeps what it is told and overlooks what is not its own", () => {
    expect(parseSettings(null)).toEqual(DEFAULTS);
    expect(parseSettings("{")).toEqual(DEFAULTS);
    expect(parseSettings('{"smoothing": 0.2, "xAxis": 5, "old": 1}')).toEqual({ ...DEFAULTS, smoothing: 0.2 });
  });

  it("finds again what was set", () => {
    const first = createState(new FixtureSource(), window.localStorage).settings;
    window.matchMedia = vi.fn().mockReturnValue({ matches: true, addEventListener() {}, removeEventListener() {} });
    const stop = $effect.root(() => first.keep());
    flushSync();
    expect(first.resolvedTheme).toBe("dark");
    first.nextTheme();
    flushSync();
    stop();
    expect(createState(new FixtureSource(), window.localStorage).settings.theme).toBe("light");
  });
});

describe("RunMetrics", () => {
  it("loads what is in sight, and again when it changes", async () => {
    const { source, state } = await opened();
    const asked = vi.spyOn(source, "scalars");
    const stop = $effect.root(() => state.metrics.keep());
    state.metrics.want("panel", ["wide", "baseline"]);
    flushSync();
    await vi.advanceTimersByTimeAsync(200);
    expect(state.metrics.tag).toBe("accuracy/val");
    expect(state.metrics.of("wide")!.lastStep).toBe(999);
    expect(state.metrics.of("no-dropout")).toBeUndefined();
    source.say({ revision: 2, runs: ["wide"] });
    flushSync();
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked.mock.calls.map(([request]) => request.series.length)).toEqual([2, 1]);
    state.settings.metricTag = "lr";
    flushSync();
    expect(state.metrics.of("wide")).toBeUndefined();
    stop();
  });
});
