/** Saves a chart or its points in the format asked for. */

import type { DataSource } from "../../api/source";
import type { ChartModel } from "../../charts/options";
import { chartSvg } from "../../charts/svg";
import { fileName } from "../../lib/csv";
import { saveFile } from "../../ui/savefile";
import { loadAllPoints } from "./allpoints";
import { chartPng, pointsCsv, pointsJson } from "./exports";
import type { RunLine } from "./lines";

export type ChartFormat = "png" | "svg" | "csv" | "csv-all" | "json-all";

export interface SavedChart {
  readonly title: string;
  readonly lines: readonly RunLine[];
  readonly model: ChartModel;
  readonly canvas: HTMLCanvasElement | null;
  readonly source: DataSource;
}

/** Rejects with a sentence for the reader where the picture or the points cannot be had. */
export async function saveChart(format: ChartFormat, { title, lines, model, canvas, source }: SavedChart): Promise<void> {
  if (format === "png") {
    if (canvas === null) throw new Error("the chart is not drawn yet.");
    saveFile(fileName(title, "png"), await chartPng(canvas, model, title));
  } else if (format === "svg") {
    saveFile(fileName(title, "svg"), new Blob([chartSvg(model, title)], { type: "image/svg+xml" }));
  } else if (format === "json-all") {
    saveFile(fileName(title, "json"), new Blob([pointsJson(await loadAllPoints(source, lines))], { type: "application/json" }));
  } else {
    const points = format === "csv" ? lines : await loadAllPoints(source, lines);
    saveFile(fileName(title, "csv"), new Blob([pointsCsv(points)], { type: "text/csv" }));
  }
}
