/** Paints a sound: its waveform, and the power of its frequencies over time. */

import type { Envelope } from "./loudness";
import { FLOOR_DB, loudestBin, type Spectrogram } from "./spectrum";

export interface Ink {
  readonly wave: string;
  readonly line: string;
  readonly bad: string;
}

/** Sizes the canvas to its box and gives its context in CSS pixels, with their number. */
function prepared(canvas: HTMLCanvasElement): { context: CanvasRenderingContext2D; width: number; height: number } | null {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (context === null || width === 0 || height === 0) return null;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height };
}

/** One band a channel, from `-top` to `top`; stretches with clipped or non-finite samples are marked over their whole height. */
export function drawWaveform(canvas: HTMLCanvasElement, channels: readonly Envelope[], top: number, ink: Ink): void {
  const area = prepared(canvas);
  if (area === null) return;
  const { context, width } = area;
  const band = area.height / channels.length;
  channels.forEach(({ low, high, marks }, channel) => {
    const middle = (channel + 0.5) * band;
    const scale = (band / 2 - 1) / top;
    const step = width / low.length;
    context.fillStyle = ink.line;
    for (const level of [-1, 0, 1]) if (Math.abs(level) <= top) context.fillRect(0, Math.round(middle - level * scale), width, 1);
    for (let column = 0; column < low.length; column += 1) {
      if (marks[column] !== 0) {
        context.fillStyle = ink.bad;
        context.globalAlpha = 0.25;
        context.fillRect(column * step, channel * band + 1, Math.max(1, step), band - 2);
        context.globalAlpha = 1;
      }
      context.fillStyle = marks[column] === 0 ? ink.wave : ink.bad;
      const upper = middle - high[column]! * scale;
      context.fillRect(column * step, upper, Math.max(1, step), Math.max(1, (high[column]! - low[column]!) * scale));
    }
  });
}

/** Dark to light through the colours of a flame, as many even steps as a byte has: brightness alone tells the order. */
const HEAT: readonly (readonly [number, number, number])[] = [[4, 6, 20], [58, 20, 92], [150, 38, 92], [224, 92, 48], [250, 176, 60], [252, 246, 200]];

export function heat(part: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, part)) * (HEAT.length - 1);
  const [low, high] = [HEAT[Math.floor(at)]!, HEAT[Math.ceil(at)]!];
  const share = at - Math.floor(at);
  return [0, 1, 2].map((channel) => Math.round(low[channel]! + share * (high[channel]! - low[channel]!))) as unknown as [number, number, number];
}

/** One band a channel, low frequencies at the bottom. */
export function drawSpectrogram(canvas: HTMLCanvasElement, channels: readonly Spectrogram[]): void {
  const area = prepared(canvas);
  if (area === null) return;
  const { context, width, height } = area;
  const band = height / channels.length;
  context.imageSmoothingEnabled = true;
  channels.forEach((spectrogram, channel) => {
    const { columns, bins, decibels } = spectrogram;
    // A tone is one bin wide: a row shows the loudest bin it covers, where scaling would step over it.
    const rows = Math.max(1, Math.min(bins, Math.floor(band - 1)));
    const image = new ImageData(columns, rows);
    for (let column = 0; column < columns; column += 1) {
      for (let row = 0; row < rows; row += 1) {
        const at = 4 * (row * columns + column);
        image.data.set(heat(1 - decibels[loudestBin(spectrogram, column, row, rows)]! / FLOOR_DB), at);
        image.data[at + 3] = 255;
      }
    }
    const whole = new OffscreenCanvas(columns, rows);
    whole.getContext("2d")?.putImageData(image, 0, 0);
    context.drawImage(whole, 0, channel * band, width, band - 1);
  });
}
