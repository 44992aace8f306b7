// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Passing } from "./passing.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is said for as long as it should be, counted from the last time", () => {
  const passing = new Passing<string>(1600);
  expect(passing.now).toBeNull();
  passing.say("Copied");
  vi.advanceTimersByTime(1500);
  passing.say("Copied");
  vi.advanceTimersByTime(1590);
  expect(passing.now).toBe("Copied");
  vi.advanceTimersByTime(50);
  expect(passing.now).toBeNull();
});

it("is not counted before a frame shows it", () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  const passing = new Passing<string>(1600);
  passing.say("Copied");
  vi.advanceTimersByTime(10_000);
  expect(passing.now).toBe("Copied");
  frames.at(-1)?.(0);
  vi.advanceTimersByTime(1600);
  expect(passing.now).toBeNull();
  vi.unstubAllGlobals();
});
