/** Points as rows of a table, and files for the reader to keep. */

import { legendPlaces } from "../../charts/svg";
import type { ChartModel } from "../../charts/options";
import { csv } from "../../lib/csv";
import type { RunLine } from "./lines";

const KINDS = [NaN, Infinity, -Infinity];

/** Every point of the lines in order of x, numbers and what is none: run, step, wall time, value and, where there is one, smoothed value. */
export function pointsCsv(lines: readonly RunLine[]): string {
  const smoothed = lines.some((line) => line.smoothed !== null);
  const header = ["run", "tag", "step", "wall_time", "value", ...(smoothed ? ["smoothed"] : [])];
  function* rows(): Generator<(string | number)[]> {
    for (const line of lines) {
      const { x, nonfinite } = line;
      const name = line.segment === null && line.pass === undefined && !line.members ? line.run : line.label;
      let other = 0;
      const finite = x.length;
      for (let index = 0; index <= finite; index += 1) {
        while (other < nonfinite.x.length && (index === finite || (nonfinite.x[other] as number) < (x[index] as number))) {
          yield [name, line.tag, line.nonfiniteStep[other] as number, line.nonfiniteWallTime[other] as number, KINDS[nonfinite.kind[other] as number] ?? NaN, ...(smoothed ? [""] : [])];
          other += 1;
        }
        if (index === finite) break;
        yield [name, line.tag, line.step[index] as number, line.wallTime[index] as number, line.value[index] as number, ...(smoothed ? [line.smoothed?.[index] ?? ""] : [])];
      }
    }
  }
  return csv(header, rows());
}

const KIND_WORDS = ["NaN", "Infinity", "-Infinity"];

/** Every point of the lines, one object a line; JSON has no NaN, so what is not finite is spelled. */
export function pointsJson(lines: readonly RunLine[]): string {
  const series = lines.map((line) => {
    const points = [
      ...[...line.step].map((step, index) => ({ step, wall_time: line.wallTime[index] as number, value: line.value[index] as number | string })),
      ...[...line.nonfiniteStep].map((step, index) => ({ step, wall_time: line.nonfiniteWallTime[index] as number, value: KIND_WORDS[line.nonfinite.kind[index] as number] ?? "NaN" })),
    ];
    return { run: line.segment === null ? line.run : line.label, tag: line.tag, points: points.sort((a, b) => a.step - b.step) };
  });
  return JSON.stringify({ series });
}

/** The drawn chart with its title above and its legend below, as a picture of the screen's resolution. */
export function chartPng(drawn: HTMLCanvasElement, model: ChartModel, title: string): Promise<Blob> {
  const ratio = devicePixelRatio;
  const width = drawn.width / ratio;
  const labels = model.lines.map((line) => line.label);
  const { places, rows } = legendPlaces(labels, width);
  const top = 34;
  const bottom = drawn.height / ratio + top;
  const picture = document.createElement("canvas");
  picture.width = drawn.width;
  picture.height = Math.round((bottom + rows * 18 + 14) * ratio);
  const context = picture.getContext("2d");
  if (!context) return Promise.reject(new Error("This browser cannot draw pictures."));
  context.scale(ratio, ratio);
  context.fillStyle = model.theme.surface;
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(drawn, 0, top, width, drawn.height / ratio);
  context.fillStyle = model.theme.text;
  context.font = "600 13px Inter, system-ui, sans-serif";
  context.fillText(title, 14, 22);
  context.font = "11px Inter, system-ui, sans-serif";
  places.forEach(([x, row], index) => {
    const line = model.lines[index];
    if (!line) return;
    const y = bottom + row * 18 + 10;
    context.strokeStyle = line.color;
    context.lineWidth = 2;
    context.setLineDash([...line.dash]);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 18, y);
    context.stroke();
    context.fillText(line.label, x + 23, y + 3.5);
  });
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be encoded."))), "image/png");
  });
}
