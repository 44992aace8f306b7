/** The page's keys: what they are called in the help, and what a press means. */

export const KEYS: readonly { where: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    where: "Everywhere",
    keys: [
      ["Ctrl K", "every command, view, run and metric"],
      ["1 … 9", "the views, in order"],
      ["← →", "step back and forward; with Shift ten at a time"],
      ["Home End", "first step; follow the latest"],
      ["/", "filter runs"],
      ["a n", "show all runs, show none"],
      ["[ ]", "runs panel, inspector"],
      ["w", "the runs as a table with all columns"],
      ["t", "light or dark"],
      [",", "settings"],
      ["?", "this list"],
    ],
  },
  {
    where: "On a chart",
    keys: [
      ["+ -", "zoom in and out along the horizontal axis"],
      ["Shift ← →", "move along it"],
      ["0", "show everything"],
      ["← →", "step of the page, point by point"],
      ["Enter", "hold the values beside the charts, and let them go"],
      ["Alt Shift ← →", "move the card before or behind its neighbour"],
    ],
  },
  {
    where: "On the strip below a zoomed chart",
    keys: [
      ["Tab", "the part that is shown, its begin, its end"],
      ["← →", "move it; with Shift five times as far"],
      ["Home End", "to the first point, to the last"],
      ["Esc", "show everything"],
    ],
  },
  {
    where: "In the list of runs",
    keys: [
      ["↑ ↓", "move"],
      ["Space", "show or hide"],
      ["Enter", "show alone, and back"],
      ["→ ←", "open and close a folder"],
      ["p", "pin to the top, and back"],
      ["Delete", "put into the trash; files stay"],
      ["Menu", "colour and more of a run"],
    ],
  },
];

export type PageKey =
  | { do: "palette" | "filter" | "all" | "none" | "runs" | "table" | "inspector" | "theme" | "settings" | "help" | "first" | "latest" }
  | { do: "view"; index: number }
  | { do: "move"; count: number };

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const PLAIN: Readonly<Record<string, PageKey>> = {
  "/": { do: "filter" },
  a: { do: "all" },
  n: { do: "none" },
  "[": { do: "runs" },
  w: { do: "table" },
  "]": { do: "inspector" },
  t: { do: "theme" },
  ",": { do: "settings" },
  "?": { do: "help" },
  Home: { do: "first" },
  End: { do: "latest" },
};

/** Null where the press is none of ours; `typing`: the focus is in a field, which keeps all keys but Ctrl K. */
export function keyOf(press: Press, typing: boolean): PageKey | null {
  if ((press.ctrlKey || press.metaKey) && !press.altKey && press.key.toLowerCase() === "k") return { do: "palette" };
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (/^[1-9]$/.test(press.key)) return { do: "view", index: Number(press.key) - 1 };
  if (press.key === "ArrowLeft" || press.key === "ArrowRight") {
    return { do: "move", count: (press.key === "ArrowLeft" ? -1 : 1) * (press.shiftKey ? 10 : 1) };
  }
  return PLAIN[press.key] ?? null;
}
