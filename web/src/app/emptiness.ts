/** What to say when there is nothing to draw: what was looked at, what was found, and what the cause may be. */

import type { LogInfo } from "../api/source";
import { formatQuantity } from "../lib/format";

export interface Emptiness {
  title: string;
  /** The server's own sentence. */
  message: string;
  hints: readonly string[];
  /** Shows how a run would be logged here. */
  example: string | null;
  /** A folder that has event files, and what opens it. */
  nearby: { folder: string; command: string } | null;
  busy: boolean;
}

/** More are a press of a button away. */
const MOST_PROBLEMS = 3;

/** Null where there is something to draw. `undrawn` names kinds that the log holds and no view draws. */
export function emptinessOf(info: LogInfo, runCount: number, viewCount: number, undrawn: readonly string[]): Emptiness | null {
  if (viewCount > 0) return null;
  if (info.state === "loading") {
    return { title: "Reading the log directory", message: info.message, hints: [], example: null, nearby: null, busy: true };
  }
  const problems =
    info.problem_count > 0 ? [`${formatQuantity(info.problem_count, "problem")} while reading: the list says where and what.`] : [];
  if (undrawn.length > 0) {
    return {
      title: "Nothing here that this version draws",
      message: info.message,
      hints: [`The log holds ${listed(undrawn)}. Scalars, images, text and histograms appear here as soon as a run logs them.`, ...problems],
      example: null,
      nearby: null,
      busy: false,
    };
  }
  const example = `from glassboard import SummaryWriter\n\nwith SummaryWriter(${JSON.stringify(`${info.location.replace(/\/$/, "")}/first`)}) as writer:\n    writer.add_scalar("loss/train", loss, step)`;
  if (runCount > 0 && info.problem_count > 0) {
    return {
      title: "No point could be read",
      message: info.message,
      hints: info.problems.slice(0, MOST_PROBLEMS).map(({ path, message }) => `${path}: ${message}`),
      example: null,
      nearby: null,
      busy: false,
    };
  }
  if (runCount > 0) {
    return {
      title: "The runs are there, their points are not",
      message: info.message,
      hints: [
        "A writer that was opened and never written to leaves such a run.",
        "What was logged may wait in the writer: call flush() or close().",
      ],
      example: null,
      nearby: null,
      busy: info.state === "waiting",
    };
  }
  return {
    title: info.state === "waiting" ? "Waiting for the first run" : "No runs here",
    message: info.message,
    hints: [
      "Event files have names with “tfevents” in them; they may lie in folders at any depth.",
      "A relative --logdir starts from the folder in which the server was started.",
      ...problems,
    ],
    example,
    nearby: info.nearby === null ? null : { folder: info.nearby, command: `glassboard --logdir ${shellWord(info.nearby)}` },
    busy: info.state === "waiting",
  };
}

/** A path as a shell takes it. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
