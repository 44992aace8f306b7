/** Where an image lies in its pane. A view is in parts of the image, so that panes of different sizes show the same place. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface View {
  /** 1: the whole image fits. */
  readonly zoom: number;
  /** What stands in the middle of the pane, in parts of the image's width and height. */
  readonly x: number;
  readonly y: number;
}

/** An image in a pane: its two sizes, and whether its pixels are drawn as squares. */
export interface Framed {
  readonly image: Size;
  readonly pane: Size;
  readonly crisp: boolean;
}

export const WHOLE: View = { zoom: 1, x: 0.5, y: 0.5 };

/** CSS pixels that one pixel of an image takes at most. */
export const MOST_ENLARGED = 160;
const SMALLEST_ZOOM = 0.25;

/** Scale at which the whole image is seen; whole multiples keep the pixels of a small image equally large. */
export function fitScale({ image, pane, crisp }: Framed): number {
  const fit = Math.min(pane.width / image.width, pane.height / image.height);
  if (!(fit > 0)) return 0;
  return crisp && fit > 2 ? Math.floor(fit) : fit;
}

/** Scale in CSS pixels a pixel, and the image's corner in the pane. */
export function placed(view: View, frame: Framed): { scale: number; left: number; top: number } {
  const { image, pane } = frame;
  const scale = fitScale(frame) * view.zoom;
  return { scale, left: pane.width / 2 - view.x * image.width * scale, top: pane.height / 2 - view.y * image.height * scale };
}

/** The zoom at which one pixel of the image takes `scale` CSS pixels. */
export function zoomFor(scale: number, frame: Framed): number {
  const fit = fitScale(frame);
  return fit > 0 ? scale / fit : 1;
}

/** Within bounds: nothing is enlarged beyond reason, and some of the image stays in sight. */
export function bounded(view: View, frame: Framed): View {
  const fit = fitScale(frame);
  const most = fit > 0 ? Math.max(1, MOST_ENLARGED / fit) : 1;
  const zoom = Math.min(most, Math.max(Math.min(SMALLEST_ZOOM, zoomFor(1, frame)), view.zoom));
  const middle = (part: number, size: number, room: number): number => {
    const half = fit * zoom * size > room ? room / (2 * fit * zoom * size) : 0.5;
    return Math.min(1 - half, Math.max(half, part));
  };
  return { zoom, x: middle(view.x, frame.image.width, frame.pane.width), y: middle(view.y, frame.image.height, frame.pane.height) };
}

/** Zooms by a factor; what is at a place of the pane stays there, as far as the bounds let it. */
export function zoomedAt(view: View, factor: number, at: Place, frame: Framed): View {
  const { image, pane } = frame;
  const before = placed(view, frame);
  if (before.scale === 0) return view;
  const zoom = bounded({ ...view, zoom: view.zoom * factor }, frame).zoom;
  const scale = fitScale(frame) * zoom;
  const x = (at.x - before.left) / before.scale;
  const y = (at.y - before.top) / before.scale;
  return bounded({ zoom, x: (x - (at.x - pane.width / 2) / scale) / image.width, y: (y - (at.y - pane.height / 2) / scale) / image.height }, frame);
}

/** Moves the image by CSS pixels. */
export function panned(view: View, by: Place, frame: Framed): View {
  const { scale } = placed(view, frame);
  if (scale === 0) return view;
  return bounded({ ...view, x: view.x - by.x / (scale * frame.image.width), y: view.y - by.y / (scale * frame.image.height) }, frame);
}

/** The pixel at a place of the pane; null beside the image. */
export function pixelAt(view: View, at: Place, frame: Framed): Place | null {
  const { scale, left, top } = placed(view, frame);
  if (scale === 0) return null;
  const x = Math.floor((at.x - left) / scale);
  const y = Math.floor((at.y - top) / scale);
  return x >= 0 && y >= 0 && x < frame.image.width && y < frame.image.height ? { x, y } : null;
}

/** The pixels in sight: first column and row, and those behind the last. */
export function inSight(view: View, frame: Framed): { left: number; top: number; right: number; bottom: number } {
  const { scale, left, top } = placed(view, frame);
  const { image, pane } = frame;
  if (scale === 0) return { left: 0, top: 0, right: 0, bottom: 0 };
  return {
    left: Math.max(0, Math.floor(-left / scale)),
    top: Math.max(0, Math.floor(-top / scale)),
    right: Math.min(image.width, Math.ceil((pane.width - left) / scale)),
    bottom: Math.min(image.height, Math.ceil((pane.height - top) / scale)),
  };
}
