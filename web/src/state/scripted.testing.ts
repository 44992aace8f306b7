import { vi } from "vitest";
import { FixtureSource } from "../api/fixture";
import { SourceError, type ChangeListener, type DataSource, type LogChange, type RunInfo } from "../api/source";
import { createState, type PageState } from "./context";

/** A made-up log of which the test says when it changes. */
export class ScriptedSource extends FixtureSource {
  listener: ChangeListener | null = null;
  calls = 0;
  failing = false;
  extra: RunInfo[] = [];

  override changes(listener: ChangeListener): () => void {
    this.listener = listener;
    return () => void (this.listener = null);
  }

  override async runs() {
    this.calls++;
    if (this.failing) throw new SourceError("unreachable", "The Glassboard server does not answer.");
    const answer = await super.runs();
    return { ...answer, runs: [...answer.runs, ...this.extra] };
  }

  say(change: Partial<LogChange> = {}): void {
    this.listener!.changed({ revision: 1, runs: [], point_count: 0, state: "ready", ...change });
  }
}

export const info = (name: string, more: Partial<RunInfo> = {}): RunInfo => ({
  name, first_wall_time: 2e9, last_wall_time: 2e9, last_step: 5, point_count: 5, file_count: 1, problem_count: 0, live: false, ...more,
});

/** Its timers are vitest's: see `vi.useFakeTimers`. */
export async function opened(runs = 8): Promise<{ source: ScriptedSource; state: PageState; stop: () => void }> {
  const source = new ScriptedSource({ runs });
  const state = createState(source as DataSource, null);
  const stop = state.log.start();
  source.say();
  await vi.advanceTimersByTimeAsync(10);
  return { source, state, stop };
}
