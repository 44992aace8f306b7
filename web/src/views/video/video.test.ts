import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { frameAt, momentOf, timingOf } from "./frames";
import { Transport, type Screen } from "./transport.svelte";

describe("frames", () => {
  it("are counted as they were logged, else as the browser finds them", () => {
    expect(timingOf(12, 24, 2)).toEqual({ framesPerSecond: 12, frameCount: 24 });
    expect(timingOf(null, 24, 2)).toEqual({ framesPerSecond: 12, frameCount: 24 });
    expect(timingOf(10, null, 2)).toEqual({ framesPerSecond: 10, frameCount: 20 });
    expect(timingOf(null, null, Infinity)).toEqual({ framesPerSecond: 25, frameCount: 1 });
  });
  it.each([1, 4, 23.976, 29.97, 60, 1000])("are found again at %s a second", (framesPerSecond) => {
    const timing = { framesPerSecond, frameCount: 5000 };
    for (const frame of [0, 1, 2, 99, 100, 4999]) expect(frameAt(momentOf(frame, timing), timing)).toBe(frame);
    expect([frameAt(-1, timing), frameAt(1e9, timing)]).toEqual([0, 4999]);
  });
});

describe("several videos", () => {
  let tick: (() => void) | null = null;
  beforeEach(() => {
    vi.stubGlobal("requestAnimationFrame", (next: () => void) => {
      tick = next;
      return 1;
    });
    vi.stubGlobal("cancelAnimationFrame", () => (tick = null));
  });
  afterEach(() => vi.unstubAllGlobals());
  const screen = () => ({ currentTime: 0, playbackRate: 1, ended: false, play: vi.fn(() => Promise.resolve()), pause: vi.fn() }) as unknown as { -readonly [Key in keyof Screen]: Screen[Key] };
  function pair() {
    const transport = new Transport();
    const [long, short] = [screen(), screen()];
    const leave = transport.join("long", long, { framesPerSecond: 10, frameCount: 20 });
    transport.join("short", short, { framesPerSecond: 5, frameCount: 10 });
    return { transport, long, short, leave };
  }

  it("stand at the same frame, a shorter one at its end", () => {
    const { transport, long, short } = pair();
    transport.goTo(4);
    expect([long.currentTime, short.currentTime, transport.frameCount]).toEqual([0.45, 0.9, 20]);
    transport.goTo(15);
    expect([long.currentTime, short.currentTime]).toEqual([1.55, 1.9]);
    transport.goBy(99);
    expect(transport.frame).toBe(19);
    transport.goBy(-99);
    expect(transport.frame).toBe(0);
  });
  it("play frame by frame alike, whatever their rates and the speed", () => {
    const { transport, long, short } = pair();
    transport.setSpeed(2);
    transport.play();
    expect([long.playbackRate, short.playbackRate]).toEqual([2, 4]);
    long.currentTime = 0.85;
    short.currentTime = 0.3;
    tick!();
    expect([transport.frame, short.currentTime]).toEqual([8, 1.7]);
    transport.pause();
    expect([transport.playing, long.currentTime]).toEqual([false, 0.85]);
  });
  it("begin again at the end, or stay there", () => {
    const { transport, long } = pair();
    transport.play();
    Object.assign(long, { currentTime: 1.99, ended: true });
    tick!();
    expect([transport.playing, transport.frame, long.currentTime]).toEqual([true, 0, 0.05]);
    transport.loop = false;
    Object.assign(long, { currentTime: 1.99, ended: true });
    tick!();
    expect([transport.playing, transport.frame]).toEqual([false, 19]);
    // Played again from the end it begins at the start.
    long.ended = false;
    transport.play();
    expect(transport.frame).toBe(0);
  });
  it("play on when one is replaced by that of another step", () => {
    const { transport, long, leave } = pair();
    transport.play();
    long.currentTime = 1.25;
    tick!();
    leave();
    const next = screen();
    transport.join("long", next, { framesPerSecond: 10, frameCount: 20 });
    expect([transport.playing, next.play]).toEqual([true, expect.anything()]);
    expect(next.play).toHaveBeenCalled();
  });
  it("say what cannot be played", async () => {
    const transport = new Transport();
    const broken = screen();
    broken.play = () => Promise.reject(new DOMException("no", "NotSupportedError"));
    transport.join("a", broken, { framesPerSecond: 1, frameCount: 3 });
    transport.play();
    await vi.waitFor(() => expect(transport.failure).toBe("The browser cannot play this video."));
    expect(transport.playing).toBe(false);
  });
});
