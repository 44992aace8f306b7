/** The colours of charts, read from the page's tokens: a canvas knows no CSS variables. */

import type { ChartTheme } from "./options";

export function readChartTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    text: token("--muted", "#5a6572"),
    grid: token("--line-faint", "#eceff2"),
    surface: token("--surface", "#ffffff"),
    cursor: token("--muted", "#5a6572"),
    alert: token("--bad", "#c2271d"),
    accent: token("--accent", "#0a7d78"),
    mono: token("--font-mono", "monospace"),
  };
}
