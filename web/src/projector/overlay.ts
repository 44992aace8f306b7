/** What is drawn above the points: labels, and the line that selects. */

import type { Corner, Screen } from "./screen";
import { readable, shortened, type PlacedText, type Shade } from "./texts";

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

/** How points that are drawn as their label look, each by the columns of all points. */
export interface TextLook {
  readonly colors: Uint8Array;
  readonly emphasis: Uint8Array;
  /** The point that is chosen, and the one under the pointer. */
  readonly strong: ReadonlySet<number>;
  readonly ground: Shade;
  readonly ink: Shade;
  readonly accent: string;
  readonly font: string;
}

/** Labels in place of their points; the farthest first, so that the nearer lie above while the camera moves. */
export function paintTexts(context: CanvasRenderingContext2D, screen: Screen, texts: readonly PlacedText[], look: TextLook): void {
  context.font = look.font;
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = `rgb(${look.ground.join()})`;
  for (let at = texts.length - 1; at >= 0; at -= 1) {
    const { point, text, width } = texts[at]!;
    const [x, y] = [screen.x[point]!, screen.y[point]!];
    // Out of sight, or of an embedding that had more points.
    if (!(x >= 0)) continue;
    const own = [look.colors[point * 3]!, look.colors[point * 3 + 1]!, look.colors[point * 3 + 2]!] as const;
    const strong = look.strong.has(point);
    context.globalAlpha = look.emphasis[point] === 0 && !strong ? 0.3 : 1;
    context.strokeText(text, x, y);
    context.fillStyle = strong ? look.accent : `rgb(${readable(own, look.ground, look.ink).map(Math.round).join()})`;
    context.fillText(text, x, y);
    if (look.emphasis[point] === 2 || strong) context.fillRect(x - width / 2, y + 8, width, 1.5);
  }
  context.globalAlpha = 1;
  context.textAlign = "start";
}

export function paintOverlay(context: CanvasRenderingContext2D, screen: Screen, labels: readonly PlacedLabel[], line: readonly Corner[] | null, ink: OverlayInk): void {
  context.font = ink.font;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { point, text, strong, gap } of labels) {
    const [x, y] = [screen.x[point]!, screen.y[point]!];
    if (Number.isNaN(x)) continue;
    const shown = shortened(text);
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
