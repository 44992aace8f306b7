// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DataSource } from "../api/source";
import { createState } from "./context";
import { info, opened, ScriptedSource } from "./scripted.testing";

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

  it("begins with the lists that are there, and asks again where the first event tells of something newer", async () => {
    for (const [newer, calls] of [[0, 0], [4, 1]] as const) {
      const source = new ScriptedSource({ runs: 8 });
      const [info, runs, tags] = await Promise.all([source.log(), source.runs(), source.tags()]);
      source.calls = 0;
      const { log } = createState(Object.assign(source, { lists: { info, runs, tags } }) as DataSource, null);
      expect([log.loaded, log.runs.length, log.has("image")]).toEqual([true, 8, true]);
      log.start();
      source.say({ revision: info.revision + newer });
      await vi.advanceTimersByTimeAsync(3000);
      expect([source.calls, log.connection]).toEqual([calls, "live"]);
    }
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
