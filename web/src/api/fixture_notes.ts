/** What people say of the made-up runs. */

import type { RunNotes } from "./source";

const BEGAN = 1_790_000_000;

export function runNotes(runs: readonly string[]): RunNotes[] {
  const note = (seconds: number, text: string) => ({ step: 0, wall_time: BEGAN + seconds, text });
  const said: Record<string, Pick<RunNotes, "tags" | "notes">> = {
    baseline: { tags: ["reference", "to keep"], notes: [note(0, "**Reference** for everything below."), note(900, "Stable after step 400.\n\n- keep the schedule")] },
    wide: { tags: ["reference"], notes: [] },
    "softmax-twice": { tags: ["broken"], notes: [note(60, "The loss applies `log_softmax` *again*.")] },
  };
  return runs.filter((run) => run in said).map((run) => ({ run, ...said[run]!, note_count: said[run]!.notes.length, error: null }));
}
