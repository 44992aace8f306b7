/** The statistics of a marked range, asked for while it is moved, and as a table of the inspector. */

import type { DataSource, SeriesRef, SeriesStatistics, XAxis } from "../../api/source";
import { formatX } from "../../charts/describe";
import { formatCount, formatQuantity, formatValue } from "../../lib/format";
import { messageOf } from "../../lib/messageof";
import type { Range } from "../../lib/range";
import type { InspectorRow, InspectorSection, InspectorTable } from "../../state/inspector.svelte";
import type { RunLine } from "./lines";
import { axisOf, type Horizontal } from "./loader";

/** Between two requests of a range that is being moved. */
const WAIT_MS = 60;

export class RangeStatistics {
  readonly #source: Pick<DataSource, "statistics">;
  #found = $state.raw<readonly SeriesStatistics[]>([]);
  error = $state<string | null>(null);

  constructor(source: Pick<DataSource, "statistics">) {
    this.#source = source;
  }

  get found(): readonly SeriesStatistics[] {
    return this.#found;
  }

  /** Asks for the statistics; what is there stays until the answer comes. Returns the withdrawal. */
  load(series: readonly SeriesRef[], axis: Horizontal, range: Range): () => void {
    const given = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        this.#found = series.length > 0 ? await this.#source.statistics({ series: [...series], ...axisOf(axis), range: [range[0], range[1]] }, given.signal) : [];
        this.error = null;
      } catch (error) {
        if (!given.signal.aborted) this.error = messageOf(error);
      }
    };
    const timer = setTimeout(() => void ask(), WAIT_MS);
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  }
}

/** Change of a value in percent of where it began; nothing where it began at 0. */
export function changeShare(first: number | null, last: number | null): string | null {
  if (first === null || last === null || first === 0) return null;
  const percent = ((last - first) / Math.abs(first)) * 100;
  return `${percent > 0 ? "+" : ""}${formatValue(Number(percent.toPrecision(3)))} %`;
}

function cellsOf(one: SeriesStatistics, unit: XAxis): InspectorRow["values"] {
  const { first, last, minimum, maximum, mean, deviation, slope, count } = one;
  const place = (x: number | null) => (x === null || unit === "step" ? x : formatX(unit, x));
  const change = first === null || last === null ? null : last - first;
  return [mean, changeShare(first, last), minimum, maximum, first, last, change, slope, deviation, place(one.minimum_x), place(one.maximum_x), place(one.first_x), place(one.last_x), count];
}

const COLUMNS = ["mean", "% change", "min", "max", "start", "end", "change", "slope", "SD", "at min", "at max", "from", "to", "points"];

export function rangeTitle(range: Range, unit: XAxis): string {
  const text = (at: number) => (unit === "step" ? formatCount(at) : formatX(unit, at));
  return `Range ${text(range[0])} to ${text(range[1])}`;
}

/** A table for each tag of the card; `actions` stand beside the first title. */
export function rangeSections(found: readonly SeriesStatistics[], lines: readonly RunLine[], range: Range, unit: XAxis, actions: InspectorTable["actions"] = []): InspectorSection[] {
  const newest = lines.filter((line) => line.segment === null);
  const roles = [...new Map(newest.map((line) => [line.tag, line.role]))];
  return roles.map(([tag, role], index) => {
    const rows = newest.filter((line) => line.tag === tag).flatMap((line): InspectorRow[] => {
      const one = found.find((each) => each.run === line.run && each.tag === tag);
      if (!one) return [];
      const bad = one.nonfinite_count > 0;
      const points = formatQuantity(one.count, "point") + (bad ? `, ${formatCount(one.nonfinite_count)} not finite` : "");
      return [{ run: line.run, color: line.color, values: cellsOf(one, unit), hint: `${line.run}: ${points}`, ...(bad ? { bad } : {}) }];
    });
    const title = index > 0 ? role : rangeTitle(range, unit) + (role === "" ? "" : `, ${role}`);
    return { kind: "table", title, columns: COLUMNS, rows, ...(index === 0 ? { actions } : {}) };
  });
}
