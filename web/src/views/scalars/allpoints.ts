/** Every point of some series, none reduced away. */

import type { DataSource, ScalarColumns, SeriesRef } from "../../api/source";
import { lowerBound } from "../../lib/nearest";
import { linesOf, type RunLine } from "./lines";

/** The most the server gives of one series at a time. */
const PAGE_POINTS = 100_000;
const SERIES_AT_A_TIME = 8;
const MOST_STEP = Number.MAX_SAFE_INTEGER;

type Steps = readonly [low: number, high: number];

/** Without the neighbours that lead a line to the edges of its range. */
function within(columns: ScalarColumns, [low, high]: Steps): ScalarColumns {
  const start = lowerBound(columns.step, low);
  const stop = lowerBound(columns.step, high + 1);
  const cut = (column: Float64Array) => column.subarray(start, stop);
  return { ...columns, step: cut(columns.step), wall_time: cut(columns.wall_time), x: cut(columns.x), value: cut(columns.value) };
}

/** Loads a stretch of one series whole: what came back reduced is asked for again in halves, which share no whole step. */
async function loadRange(source: Pick<DataSource, "scalars">, ref: SeriesRef, range: Steps | null, pagePoints: number): Promise<ScalarColumns[]> {
  const { series } = await source.scalars({ series: [ref], x: "step", max_points: pagePoints, columns: ["step", "x", "value", "wall_time"], ...(range ? { range: [range[0], range[1]] as [number, number] } : {}) });
  const [answer] = series;
  if (!answer || answer.columns === null) return [];
  // The oldest of very many segments are not listed: their steps may lie anywhere.
  const unlisted = answer.segment_count > answer.segments.length;
  const steps: Steps = range ?? (unlisted ? [-MOST_STEP, MOST_STEP] : [Math.min(...answer.segments.map((one) => one.first_step)), Math.max(...answer.segments.map((one) => one.last_step))]);
  const columns = within(answer.columns, steps);
  const [low, high] = steps;
  if (columns.step.length >= answer.in_range - columns.nonfinite_step.length || low >= high) return [columns];
  const middle = Math.floor((low + high) / 2);
  return [...(await loadRange(source, ref, [low, middle], pagePoints)), ...(await loadRange(source, ref, [middle + 1, high], pagePoints))];
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((count, part) => count + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function joined(parts: readonly ScalarColumns[]): ScalarColumns {
  const column = (pick: (columns: ScalarColumns) => Float64Array) => concatenated(parts.map(pick));
  return {
    step: column((part) => part.step),
    wall_time: column((part) => part.wall_time),
    x: column((part) => part.x),
    value: column((part) => part.value),
    smoothed: null,
    nonfinite_step: column((part) => part.nonfinite_step),
    nonfinite_wall_time: column((part) => part.nonfinite_wall_time),
    nonfinite_x: column((part) => part.nonfinite_x),
    nonfinite_kind: column((part) => part.nonfinite_kind),
  };
}

/** Every point of the lines drawn, as they were logged: unsmoothed, in order of step. A run that went meanwhile is left out. */
export async function loadAllPoints(source: Pick<DataSource, "scalars">, lines: readonly RunLine[], pagePoints = PAGE_POINTS): Promise<RunLine[]> {
  const all: RunLine[] = [];
  const loadLine = async (line: RunLine): Promise<RunLine[]> => {
    const ref = { run: line.run, tag: line.tag, ...(line.segment === null ? {} : { segment: line.segment }) };
    const columns = joined(await loadRange(source, ref, null, pagePoints));
    const total = columns.step.length + columns.nonfinite_step.length;
    const segment = line.segment ?? line.segments.length - 1;
    const drawn = linesOf([{ ...line, found: true, in_range: total, shown: total, nonfinite_count: columns.nonfinite_step.length, segments: [...line.segments], segment_count: line.segments.length, segment, joined: null, columns }], () => line.color);
    return drawn.map((whole) => ({ ...whole, label: line.label, role: line.role }));
  };
  for (let at = 0; at < lines.length; at += SERIES_AT_A_TIME) {
    all.push(...(await Promise.all(lines.slice(at, at + SERIES_AT_A_TIME).map(loadLine))).flat());
  }
  return all;
}
