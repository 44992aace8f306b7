/** Where runs end, as ticks of the step bar. */

import type { RunInfo } from "../api/source";
import type { StepTick } from "../state/cursor.svelte";

const MOST_NAMED = 6;

/** One tick for each step at which some run has its last point, ascending. */
export function runEnds(runs: readonly RunInfo[]): StepTick[] {
  const namesByStep = new Map<number, string[]>();
  for (const { name, last_step } of runs) {
    if (last_step === null) continue;
    const names = namesByStep.get(last_step);
    if (names) names.push(name);
    else namesByStep.set(last_step, [name]);
  }
  return [...namesByStep]
    .sort(([a], [b]) => a - b)
    .map(([step, names]) => ({ step, label: `last step of ${listed(names)}` }));
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(", ")} and ${more} more` : names.join(", ");
}
