/** What is drawn above the points: labels, and the line that selects. */

import type { Corner, Screen } from "./screen";

export interface OverlayInk {
  text: string;
  halo: string;
  accent: string;
  font: string;
}

/** A label beside its point, in CSS pixels. */
export interface PlacedLabel {
  readonly point: number;
  readonly text: string;
  readonly strong: boolean;
  /** Half of what the point takes, so that the label stands beside it. */
  readonly gap: number;
}

const LONGEST = 28;

export function paintOverlay(context: CanvasRenderingContext2D, screen: Screen, labels: readonly PlacedLabel[], line: readonly Corner[] | null, ink: OverlayInk): void {
  context.font = ink.font;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { point, text, strong, gap } of labels) {
    const [x, y] = [screen.x[point]!, screen.y[point]!];
    if (Number.isNaN(x)) continue;
    const shown = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
    const width = context.measureText(shown).width;
    const left = x + gap + 4 + width > screen.width ? x - gap - 4 - width : x + gap + 4;
    context.lineWidth = 3;
    context.strokeStyle = ink.halo;
    context.strokeText(shown, left, y);
    context.fillStyle = strong ? ink.accent : ink.text;
    context.fillText(shown, left, y);
  }
  if (line && line.length > 1) {
    context.beginPath();
    const [first, second] = [line[0]!, line[1]!];
    if (line.length === 2) context.rect(first[0], first[1], second[0] - first[0], second[1] - first[1]);
    else {
      context.moveTo(...first);
      for (const corner of line.slice(1)) context.lineTo(...corner);
      context.closePath();
    }
    context.globalAlpha = 0.12;
    context.fillStyle = ink.accent;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.strokeStyle = ink.accent;
    context.stroke();
  }
}
