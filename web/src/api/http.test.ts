import { afterEach, describe, expect, it, vi } from "vitest";
import { HttpSource } from "./http";

class FakeStream {
  static all: FakeStream[] = [];
  onerror: (() => void) | null = null;
  closed = false;
  #listener: ((event: { data: string }) => void) | null = null;
  constructor(readonly url: string) {
    FakeStream.all.push(this);
  }
  addEventListener(_: string, listener: (event: { data: string }) => void): void {
    this.#listener = listener;
  }
  say(change: unknown): void {
    this.#listener?.({ data: JSON.stringify(change) });
  }
  close(): void {
    this.closed = true;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  FakeStream.all = [];
});

describe("HttpSource", () => {
  it("asks with relative addresses and leaves out what is not given", () => {
    const url = new HttpSource().imageUrl({ run: "a b/ü", tag: "x&y", sample: 3 });
    expect(url).toBe("api/v1/image?run=a+b%2F%C3%BC&tag=x%26y&sample=3");
  });

  it("has the lists that came in time, and gives those that come later to who asks next, once", async () => {
    const asked: string[] = [];
    let late = (): void => {};
    const slow = new Promise<void>((resolve) => (late = resolve));
    vi.stubGlobal("fetch", async (url: string) => {
      asked.push(url);
      if (url.endsWith("tags")) await slow;
      return new Response(JSON.stringify({ of: url }));
    });
    const source = new HttpSource();
    await source.begin(new Promise((resolve) => setTimeout(resolve, 5)));
    expect(source.lists).toBeNull();
    const tags = source.tags();
    expect(asked).toEqual(["api/v1/log", "api/v1/runs", "api/v1/tags"]);
    late();
    expect(await tags).toEqual({ of: "api/v1/tags" });
    expect(source.lists).toEqual({ info: { of: "api/v1/log" }, runs: { of: "api/v1/runs" }, tags: { of: "api/v1/tags" } });
    await source.log();
    expect(asked.slice(3)).toEqual(["api/v1/log"]);
  });

  it("tells who asks next why the lists did not come", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
    const source = new HttpSource();
    await source.begin(new Promise(() => {}));
    expect(source.lists).toBeNull();
    await expect(source.runs()).rejects.toMatchObject({ status: 503 });
  });

  it("passes on the server's own words", async () => {
    const body = JSON.stringify({ error: { code: "not_found", message: "There is no run x." } });
    vi.stubGlobal("fetch", async () => new Response(body, { status: 404 }));
    await expect(new HttpSource().runs()).rejects.toMatchObject({ code: "not_found", status: 404, message: "There is no run x." });
  });

  it("makes sense of a proxy's error page and of silence", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
    await expect(new HttpSource().log()).rejects.toMatchObject({ message: "The server answered 502 Bad Gateway." });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(new HttpSource().log()).rejects.toMatchObject({ code: "unreachable" });
  });

  it("connects again after ever longer waits, and at once patient again when it worked", () => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", FakeStream);
    const heard: string[] = [];
    const stop = new HttpSource().changes({ changed: () => heard.push("changed"), lost: () => heard.push("lost") });
    const last = (): FakeStream => FakeStream.all.at(-1)!;
    last().say({});
    last().onerror!();
    vi.advanceTimersByTime(499);
    expect(FakeStream.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeStream.all).toHaveLength(2);
    last().onerror!();
    vi.advanceTimersByTime(999);
    expect(FakeStream.all).toHaveLength(2);
    vi.advanceTimersByTime(1);
    last().say({});
    last().onerror!();
    vi.advanceTimersByTime(500);
    expect(FakeStream.all).toHaveLength(4);
    expect(heard).toEqual(["changed", "lost", "lost", "changed", "lost"]);
    stop();
    expect(last().closed).toBe(true);
  });
});
