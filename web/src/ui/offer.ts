/** Controls say by name what they can do, so that whoever made the page around them can list it, as a palette does. */

import { getContext, onDestroy, setContext } from "svelte";

export interface ControlCommand {
  readonly title: string;
  readonly run: () => void;
}

/** Takes what a control offers and returns the withdrawal. */
export type CommandSink = (commands: () => readonly ControlCommand[]) => () => void;

const KEY = Symbol("commands of controls");

/** Call while the component around the controls is being made. */
export function collectCommands(sink: CommandSink): void {
  setContext(KEY, sink);
}

/** Call while a control is being made; where nobody collects, nothing happens. `commands` is asked whenever a list is made. */
export function offerCommands(commands: () => readonly ControlCommand[]): void {
  const sink = getContext<CommandSink | undefined>(KEY);
  if (sink) onDestroy(sink(commands));
}
