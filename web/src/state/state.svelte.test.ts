// @vitest-environment jsdom
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FixtureSource } from "../api/fixture";
import { SourceError, type ChangeListener, type DataSource, type LogChange, type RunInfo } from "../api/source";
import { createState, type PageState } from "./context";
import { parseMarks } from "./marks.svelte";
import { chooseRuns } from "./selection.svelte";
import { DEFAULTS, parseSettings } from "./settings.svelte";

/** A made-up log of which the test says when it changes. */
class ScriptedSource extends FixtureSource {
  listener: ChangeListener | null = null;
  calls = 0;
  failing = false;
  extra: RunInfo[] = [];

  override changes(listener: ChangeListener): () => void {
    this.listener = listener;
    return () => void (this.listener = null);
  }

  override async runs() {
    this.calls++;
    if (this.failing) throw new SourceError("unreachable", "The Glassboard server does not answer.");
    const answer = await super.runs();
    return { ...answer, runs: [...answer.runs, ...this.extra] };
  }

  say(change: Partial<LogChange> = {}): void {
    this.listener!.changed({ revision: 1, runs: [], point_count: 0, state: "ready", ...change });
  }
}

const info = (name: string, more: Partial<RunInfo> = {}): RunInfo => ({
  name, first_wall_time: 2e9, last_wall_time: 2e9, last_step: 5, point_count: 5, file_count: 1, problem_count: 0, live: false, ...more,
});

async function opened(runs = 8): Promise<{ source: ScriptedSource; state: PageState; stop: () => void }> {
  const source = new ScriptedSource({ runs });
  const state = createState(source as DataSource, null);
  const stop = state.log.start();
  source.say();
  await vi.advanceTimersByTimeAsync(10);
  return { source, state, stop };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("LogState", () => {
  it("loads the lists with the first event", async () => {
    const { state } = await opened();
    expect(state.log.runs).toHaveLength(8);
    expect(state.log.connection).toBe("live");
    expect(state.log.runsOf(state.log.tagsOf("text")[0]!)).toEqual(["baseline", "wide"]);
    expect([state.log.has("image"), state.log.has("mesh")]).toEqual([true, false]);
  });

  it("asks for the lists before the first event, and again where that tells of something newer", async () => {
    for (const [revision, calls] of [[1, 1], [5, 2]] as const) {
      const source = new ScriptedSource({ runs: 8 });
      const { log } = createState(source as DataSource, null);
      log.start();
      expect(source.calls).toBe(1);
      source.say({ revision });
      await vi.advanceTimersByTimeAsync(10);
      expect([log.loaded, log.connection]).toEqual([true, "live"]);
      await vi.advanceTimersByTimeAsync(3000);
      expect(source.calls).toBe(calls);
    }
  });

  it("asks once where the first event comes after the lists, unless it is newer", async () => {
    for (const [revision, calls] of [[1, 1], [5, 2]] as const) {
      const source = new ScriptedSource({ runs: 8 });
      createState(source as DataSource, null).log.start();
      await vi.advanceTimersByTimeAsync(100);
      source.say({ revision });
      await vi.advanceTimersByTimeAsync(3000);
      expect(source.calls).toBe(calls);
    }
  });

  it("raises the revision of the runs that changed, and of no other", async () => {
    const { source, state } = await opened();
    source.say({ revision: 2, runs: ["wide"] });
    expect([state.log.revisionOf("wide"), state.log.revisionOf("baseline")]).toEqual([1, 0]);
  });

  it("merges many changes into few reloads", async () => {
    const { source } = await opened();
    const before = source.calls;
    for (let revision = 2; revision < 102; revision++) {
      source.say({ revision, runs: ["wide"] });
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(2000);
    expect(source.calls - before).toBeGreaterThanOrEqual(1);
    expect(source.calls - before).toBeLessThanOrEqual(5);
  });

  it("loads the lists soon after all is read, however long they took while the log was half read", async () => {
    const { source, state } = await opened();
    const quick = source.log.bind(source);
    source.log = async () => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return { ...(await quick()), state: "loading" };
    };
    source.say({ revision: 2, runs: ["wide"], state: "loading" });
    await vi.advanceTimersByTimeAsync(1500);
    expect(state.log.state).toBe("loading");
    source.log = quick;
    source.say({ revision: 3, runs: ["wide"], state: "loading" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.log.state).toBe("loading");
    source.say({ revision: 4, runs: ["wide"], state: "ready" });
    await vi.advanceTimersByTimeAsync(500);
    expect(state.log.state).toBe("ready");
  });

  it("finds out by itself what changed while the connection was lost", async () => {
    const { source, state } = await opened();
    source.extra = [info("late")];
    source.say({ revision: 2, runs: ["late"] });
    await vi.advanceTimersByTimeAsync(1000);
    const before = state.log.revisionOf("late");
    source.listener!.lost();
    expect(state.log.connection).toBe("lost");
    source.extra = [info("late", { point_count: 9 })];
    source.say({ revision: 3 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.log.revisionOf("late")).toBe(before + 1);
    expect(state.log.revisionOf("wide")).toBe(0);
  });

  it("looks again when a live run has been silent for long enough to be no longer live", async () => {
    const { source, state } = await opened();
    source.extra = [info("training", { live: true })];
    source.say({ revision: 2, runs: ["training"] });
    await vi.advanceTimersByTimeAsync(1000);
    source.extra = [info("training")];
    await vi.advanceTimersByTimeAsync(32_000);
    expect(state.log.run("training")!.live).toBe(false);
  });

  it("keeps what it has when a reload fails, says so, and recovers", async () => {
    const { source, state } = await opened();
    source.failing = true;
    source.say({ revision: 2, runs: ["wide"] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.log.error).toContain("does not answer");
    expect(state.log.runs).toHaveLength(8);
    source.failing = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(state.log.error).toBeNull();
  });
});

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

it("chooses the fullest for half of the places, then live runs, then the next", () => {
  const runs = [info("old"), info("full", { point_count: 99 }), info("new", { last_wall_time: 3e9 }), info("live", { live: true, point_count: 1 })];
  expect(chooseRuns(runs, 3)).toEqual(["full", "live", "new"]);
  const many = Array.from({ length: 30 }, (_, at) => info(`search ${at}`, { live: true }));
  expect(chooseRuns([info("baseline", { point_count: 1000 }), ...many])).toContain("baseline");
});

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
