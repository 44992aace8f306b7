/** What a person chose to export, as the server is asked for it. */

import type { ExportRequest } from "../api/source";
import type { ViewEntry } from "./views";

export interface ExportChoice {
  what: "all" | "view";
  runs: "all" | "shown";
  /** A curve at most. */
  points: number;
  media: boolean;
}

export const POINTS = [250, 1000, 5000, 20_000, 100_000] as const;

/** `search`: the query string of what the page shows now, with which the file opens. */
export function exportRequest(choice: ExportChoice, view: ViewEntry | null, shown: readonly string[], search: string): ExportRequest {
  const query = new URLSearchParams(search);
  // The names of runs that stay behind are in no link of the file.
  if (choice.runs === "shown") {
    query.set("runs", "all");
    query.delete("filter");
  }
  if (view) query.set("view", view.id);
  return {
    max_points: choice.points,
    media: choice.media,
    query: `?${query}`,
    ...(choice.runs === "shown" ? { runs: [...shown] } : {}),
    ...(choice.what === "view" && view ? { kinds: [...view.kinds] } : {}),
  };
}
