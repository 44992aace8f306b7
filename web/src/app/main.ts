/** Starts the page. */

import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../ui/tokens.css";
import "../ui/base.css";
import { mount } from "svelte";
import type { DataSource } from "../api/source";
import { HttpSource } from "../api/http";
import App from "./App.svelte";
import { fetchComponent, VIEWS } from "./views";

/** What is on its way when the page starts is waited for this long: made once with all of it, it is there sooner than made anew with each. */
const PATIENCE_MS = 150;

/** `npm run dev:fixture` shows a made-up log; the built page has no such code in it. */
async function source(patience: Promise<unknown>): Promise<DataSource> {
  if (document.getElementById("glassboard-index")) {
    const { SnapshotSource } = await import("../api/snapshot");
    return SnapshotSource.open((name) => document.getElementById(`glassboard-${name}`)?.textContent ?? "");
  }
  if (import.meta.env.MODE !== "fixture") {
    const server = new HttpSource();
    await server.begin(patience);
    return server;
  }
  const { FixtureSource } = await import("../api/fixture");
  const runs = Number(new URLSearchParams(window.location.search).get("fixture_runs") ?? 31);
  return new FixtureSource({ runs, growEveryMs: 1000 });
}

// The view that the address names is fetched while the log is asked for, not after; where it fails, its place says so.
const named = new URLSearchParams(window.location.search).get("view") ?? VIEWS[0]?.id;
const view = VIEWS.find(({ id }) => id === named);
const fetched = view && fetchComponent(view).catch(() => {});
// Laid out before they are there, the page would be laid out again with them, and shift.
const lettered = Promise.all(['13px "Inter Variable"', '12px "JetBrains Mono Variable"'].map((font) => document.fonts.load(font))).catch(() => {});

const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

const found = await source(patience);
await Promise.race([Promise.all([fetched, lettered]), patience]);
mount(App, { target: document.getElementById("app")!, props: { source: found } });
