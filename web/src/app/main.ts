/** Starts the page. */

import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../ui/tokens.css";
import "../ui/base.css";
import { mount } from "svelte";
import type { DataSource } from "../api/source";
import { HttpSource } from "../api/http";
import App from "./App.svelte";
import { VIEWS } from "./views";

/** `npm run dev:fixture` shows a made-up log; the built page has no such code in it. */
async function source(): Promise<DataSource> {
  if (document.getElementById("glassboard-index")) {
    const { SnapshotSource } = await import("../api/snapshot");
    return SnapshotSource.open((name) => document.getElementById(`glassboard-${name}`)?.textContent ?? "");
  }
  if (import.meta.env.MODE !== "fixture") return new HttpSource();
  const { FixtureSource } = await import("../api/fixture");
  const runs = Number(new URLSearchParams(window.location.search).get("fixture_runs") ?? 31);
  return new FixtureSource({ runs, growEveryMs: 1000 });
}

// The view that the address names is fetched while the log is asked for, not after; where it fails, its place says so.
const named = new URLSearchParams(window.location.search).get("view") ?? VIEWS[0]?.id;
VIEWS.find(({ id }) => id === named)?.load().catch(() => {});

mount(App, { target: document.getElementById("app")!, props: { source: await source() } });
