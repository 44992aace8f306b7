/** Writes the values of pixels over an enlarged image, each into its square. */

import { inSight, placed, type Framed, type Place, type View } from "./geometry";
import { valuesAt, type Pixels } from "./pixels";

/** CSS pixels a square must have for its values to be read. */
const LINE_HEIGHT = 11;
const FONT = '10.5px "JetBrains Mono Variable", ui-monospace, monospace';

/** Scale from which the values are written. */
export function readableScale({ channels, bits }: Pick<Pixels, "channels" | "bits">): number {
  return Math.max(channels * LINE_HEIGHT + 4, (bits === 16 ? 5 : 3) * 6.1 + 5);
}

interface Layer {
  readonly view: View;
  readonly frame: Framed;
  /** Null while they are not read, or not wanted. */
  readonly pixels: Pixels | null;
  /** Marked by a square. */
  readonly hover: Place | null;
}

export function drawLayer(canvas: HTMLCanvasElement, { view, frame, pixels, hover }: Layer): void {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = frame.pane;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { scale, left, top } = placed(view, frame);
  if (pixels !== null && scale >= readableScale(pixels)) writeValues(context, pixels, { scale, left, top }, inSight(view, frame));
  if (hover !== null && scale >= 3) {
    context.strokeStyle = "#fff";
    context.lineWidth = 3;
    context.strokeRect(left + hover.x * scale, top + hover.y * scale, scale, scale);
    context.strokeStyle = "#000";
    context.lineWidth = 1;
    context.strokeRect(left + hover.x * scale, top + hover.y * scale, scale, scale);
  }
}

type Area = ReturnType<typeof inSight>;

function writeValues(context: CanvasRenderingContext2D, pixels: Pixels, at: { scale: number; left: number; top: number }, area: Area): void {
  context.font = FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 2;
  context.lineJoin = "round";
  for (let y = area.top; y < area.bottom; y += 1) {
    for (let x = area.left; x < area.right; x += 1) {
      const values = valuesAt(pixels, x, y);
      const first = at.top + (y + 0.5) * at.scale - ((values.length - 1) * LINE_HEIGHT) / 2;
      values.forEach((value, line) => {
        const [middle, height] = [at.left + (x + 0.5) * at.scale, first + line * LINE_HEIGHT];
        // Dark around light reads on any colour, whatever brightness and contrast make of it.
        context.strokeStyle = "rgb(0 0 0 / 60%)";
        context.strokeText(String(value), middle, height);
        context.fillStyle = "#fff";
        context.fillText(String(value), middle, height);
      });
    }
  }
}
