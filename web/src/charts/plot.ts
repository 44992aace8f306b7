/** The one place that makes uPlot charts: keeps a plot alive while its data grow, remakes it when its shape changes. */

import uPlot from "uplot";
import type { Range } from "../lib/range";
import { listen, panned, tellsApart, zoomed, type Box, type DragArea, type GestureHandlers, type Point } from "./gestures";
import type { Line, Zoom } from "./line";
import { NO_DATA, optionsFor, scaleOf, shapeOf, thresholdsOf, type ChartModel } from "./options";
import { gripAt, slid } from "./rangegrip";
import { drawOverlay, strokeNear, type OverlayState } from "./overlay";
import { paintLines } from "./paint";
import { markersOf, triangle } from "./strokes";

/** Where the pointer is, in units of x and y, and the key of the line it is on. */
export interface PointerPlace {
  readonly x: number;
  readonly y: number;
  readonly key: string | null;
}

export interface PlotPlace {
  readonly left: number;
  readonly width: number;
}

export interface PlotCallbacks {
  /** What changed; an axis that is not named stays as it is. */
  zoomed(change: Partial<Zoom>): void;
  /** Null when the pointer left. */
  hovered(at: PointerPlace | null): void;
  picked(x: number): void;
  /** Where the plot lies within its chart, in CSS pixels; told when it changes. */
  laidOut?(plot: PlotPlace): void;
  /** A range of x was marked or moved; `done` when a new one is whole. */
  marked(range: Range, done: boolean): void;
}

const MARKER_SIZE = 4.5;

/** Of the plot's area in CSS pixels, as uPlot laid it out: asking the element would make the browser lay out the page. */
const boxOf = ({ bbox }: uPlot): Box => ({ width: bbox.width / devicePixelRatio, height: bbox.height / devicePixelRatio });

/** uPlot keeps the logarithms of a scale's ends until an end changes: without one it asks for them anew. */
function moveThreshold(scale: uPlot.Scale | undefined, linearBelow: number): void {
  if (!scale || scale.distr !== 4 || scale.asinh === linearBelow) return;
  scale.asinh = linearBelow;
  delete scale.min;
}

export class LinePlot {
  readonly #host: HTMLElement;
  readonly #callbacks: PlotCallbacks;
  readonly #overlay = document.createElement("canvas");
  #plot: uPlot | null = null;
  #shape = "";
  #model: ChartModel;
  #size: { width: number; height: number };
  #state: OverlayState = { cursorX: null, pinnedX: null, selection: null, range: null, emphasis: null };
  #marking = false;
  #stopListening: () => void = () => {};
  #frame = 0;
  #place: PlotPlace = { left: 0, width: 0 };

  constructor(host: HTMLElement, model: ChartModel, size: { width: number; height: number }, callbacks: PlotCallbacks) {
    this.#host = host;
    this.#callbacks = callbacks;
    this.#model = model;
    this.#size = size;
    this.#overlay.setAttribute("aria-hidden", "true");
    this.#overlay.className = "chart-overlay";
    this.update(model);
  }

  /** The canvas with axes and lines, for saving. */
  get canvas(): HTMLCanvasElement | null {
    return this.#plot?.ctx.canvas ?? null;
  }

  update(model: ChartModel): void {
    this.#model = model;
    const shape = shapeOf(model);
    if (this.#plot === null || shape !== this.#shape) {
      this.#shape = shape;
      this.#remake();
      return;
    }
    const plot = this.#plot;
    const { x, y, right } = model.view;
    for (const [scale, linearBelow] of thresholdsOf(model.view)) moveThreshold(plot.scales[scale], linearBelow);
    plot.batch(() => {
      plot.setScale("x", { min: x[0], max: x[1] });
      plot.setScale("y", { min: y[0], max: y[1] });
      if (right) plot.setScale("right", { min: right.y[0], max: right.y[1] });
    });
    this.#scheduleOverlay();
  }

  resize(width: number, height: number): void {
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#plot?.setSize(this.#size);
    this.#scheduleOverlay();
  }

  point(cursorX: number | null, pinnedX: number | null): void {
    this.#state = { ...this.#state, cursorX, pinnedX };
    this.#scheduleOverlay();
  }

  /** The marked range, and whether a drag marks another one. */
  mark(range: Range | null, marking: boolean): void {
    this.#state = { ...this.#state, range };
    this.#marking = marking;
    this.#scheduleOverlay();
  }

  /** Zooms and pans as the keyboard asks: shares of the width, factors around the middle. */
  nudge({ pan = 0, factor = 1 }: { pan?: number; factor?: number }): void {
    if (this.#plot) this.#zoomTo({ x: pan !== 0 ? panned([0, 1], pan) : zoomed([0, 1], factor, 0.5), y: null });
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#stopListening();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #remake(): void {
    this.#stopListening();
    this.#plot?.destroy();
    this.#plot = new uPlot(optionsFor(() => this.#model, this.#size, (plot) => this.#draw(plot)), NO_DATA, this.#host);
    this.#plot.over.append(this.#overlay);
    const plot = this.#plot;
    this.#stopListening = listen(plot.over, () => boxOf(plot), this.#gestures());
    this.#scheduleOverlay();
  }

  #draw(plot: uPlot): void {
    this.#tellPlace({ left: plot.bbox.left / devicePixelRatio, width: plot.bbox.width / devicePixelRatio });
    paintLines(plot, this.#model);
    this.#drawMarkers(plot);
  }

  #drawMarkers(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const size = MARKER_SIZE * ratio;
    const toX = (value: number) => plot.valToPos(value, "x", true);
    const toY = (line: Line) => (value: number) => plot.valToPos(value, scaleOf(this.#model.view, line), true);
    const [top, bottom] = [bbox.top + size * 1.2, bbox.top + bbox.height - size * 1.2];
    ctx.save();
    // The last line may have left its dashes.
    ctx.setLineDash([]);
    for (const { line, column, faded } of this.#model.strokes) {
      if (faded) continue;
      ctx.fillStyle = line.color;
      ctx.strokeStyle = this.#model.theme.alert;
      ctx.lineWidth = 1.2 * ratio;
      for (const marker of markersOf(line, column, this.#model.view.x, toX, toY(line), top, bottom, 7 * ratio)) {
        ctx.beginPath();
        triangle(marker, size).forEach(([x, y], corner) => (corner === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
        ctx.closePath();
        ctx.fill();
        ctx.stroke();
      }
    }
    ctx.restore();
  }

  #tellPlace(place: PlotPlace): void {
    if (place.left === this.#place.left && place.width === this.#place.width) return;
    this.#place = place;
    this.#callbacks.laidOut?.(place);
  }

  #scheduleOverlay(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const plot = this.#plot;
      const context = this.#overlay.getContext("2d");
      if (!plot || !context) return;
      const ratio = devicePixelRatio;
      drawOverlay(context, this.#model, this.#state, {
        width: plot.bbox.width / ratio,
        height: plot.bbox.height / ratio,
        toX: (value) => plot.valToPos(value, "x"),
        toY: (line) => (value) => plot.valToPos(value, scaleOf(this.#model.view, line)),
      });
    });
  }

  /** From fractions of the plot to values; in fractions zooming and panning work the same on every scale. */
  #zoomTo({ x, y }: DragArea): void {
    const plot = this.#plot as uPlot;
    const { width, height } = boxOf(plot);
    const change: { x?: Range; y?: Range; right?: Range } = {};
    if (x) change.x = [plot.posToVal(x[0] * width, "x"), plot.posToVal(x[1] * width, "x")];
    const values = ([low, high]: Range, scale: "y" | "right"): Range => [plot.posToVal((1 - low) * height, scale), plot.posToVal((1 - high) * height, scale)];
    if (y) change.y = values(y, "y");
    if (y && this.#model.view.right) change.right = values(y, "right");
    if ([change.x, change.y, change.right].every((range) => range === undefined || tellsApart(range))) this.#callbacks.zoomed(change);
  }

  #hover(plot: uPlot, at: Point | null): void {
    const x = at && plot.posToVal(at.left, "x");
    const several = this.#model.lines.length > 1;
    const emphasis = at && x !== null && several ? strokeNear(this.#model, x, at.top, (line) => (value) => plot.valToPos(value, scaleOf(this.#model.view, line))) : null;
    if (emphasis !== this.#state.emphasis) {
      this.#state = { ...this.#state, emphasis };
      this.#scheduleOverlay();
    }
    this.#callbacks.hovered(at && x !== null ? { x, y: plot.posToVal(at.top, "y"), key: emphasis?.line.key ?? null } : null);
  }

  #gestures(): GestureHandlers {
    const plot = this.#plot as uPlot;
    const fractions = ({ left, top }: Point) => ({ x: left / boxOf(plot).width, y: 1 - top / boxOf(plot).height });
    return {
      hover: (at) => this.#hover(plot, at),
      pick: (at) => this.#callbacks.picked(plot.posToVal(at.left, "x")),
      select: (selection) => {
        this.#state = { ...this.#state, selection };
        this.#scheduleOverlay();
      },
      grip: (at) => this.#state.range && gripAt([plot.valToPos(this.#state.range[0], "x"), plot.valToPos(this.#state.range[1], "x")], at),
      slide: (grip, from, to) => {
        if (this.#state.range) this.#callbacks.marked(slid(this.#state.range, grip, plot.posToVal(from.left, "x"), plot.posToVal(to.left, "x")), false);
      },
      marking: () => this.#marking,
      mark: ([low, high], done) => this.#callbacks.marked([plot.posToVal(low * boxOf(plot).width, "x"), plot.posToVal(high * boxOf(plot).width, "x")], done),
      zoom: (area) => this.#zoomTo(area),
      // An axis that follows the data goes on doing so.
      pan: (x, y) => this.#zoomTo({ x: panned([0, 1], x), y: this.#model.zoom.y ? panned([0, 1], y) : null }),
      wheel: (factor, at, { y }) => {
        const place = fractions(at);
        this.#zoomTo({ x: zoomed([0, 1], factor, place.x), y: y ? zoomed([0, 1], factor, place.y) : null });
      },
      reset: () => this.#callbacks.zoomed({ x: null, y: null, right: null }),
    };
  }
}
