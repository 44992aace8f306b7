/** A chart as a picture that stands alone: SVG text with axes, lines, markers and a legend. */

import { xFraction, scaledXTicks, yFraction, yTicks } from "./axes";
import { axisOf, indicesWithin, type Line } from "./line";
import { BAND_ALPHA, DOT_RADIUS, RAW_ALPHA, weightOf, type ChartModel } from "./options";
import { dottedIndices, markersOf, traceBand, tracePolyline, triangle } from "./strokes";

const LEFT = 56;
const RIGHT = 16;
const TOP = 36;
const BOTTOM = 28;
const LEGEND_ROW = 18;
/** Longer legends would be longer than the chart. */
const MOST_NAMED = 40;

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Height of the legend under a chart of `width`, and where each entry stands. */
export function legendPlaces(labels: readonly string[], width: number): { readonly places: readonly (readonly [x: number, row: number])[]; readonly rows: number } {
  let x = LEFT;
  let row = 0;
  const places = labels.slice(0, MOST_NAMED).map((label): readonly [number, number] => {
    const wide = label.length * 6.6 + 34;
    if (x > LEFT && x + wide > width - RIGHT) {
      x = LEFT;
      row += 1;
    }
    const place = [x, row] as const;
    x += wide;
    return place;
  });
  return { places, rows: places.length > 0 ? row + 1 : 0 };
}

/** SVG of the chart as it is in view, with `title` above and the names of its lines below. */
export function chartSvg(model: ChartModel, title: string, width = 760, plotHeight = 320): string {
  const { view, theme, lines } = model;
  const bottom = TOP + plotHeight;
  const { places, rows } = legendPlaces(lines.map((line) => line.label), width);
  const height = bottom + BOTTOM + rows * LEGEND_ROW + 8;
  const right = view.right ? LEFT : RIGHT;
  const plotWidth = width - LEFT - right;
  const across = xFraction(view);
  const toX = (value: number) => LEFT + across(value) * plotWidth;
  const fractions = { left: yFraction(view), right: yFraction(view.right ?? view) };
  const toY = (line?: Line) => {
    const fraction = line && axisOf(view, line) === view.right ? fractions.right : fractions.left;
    return (value: number) => bottom - fraction(value) * plotHeight;
  };
  const weight = weightOf(lines.length);
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="${theme.surface}"/>`,
    `<text x="${LEFT}" y="22" font-size="13" font-weight="600" fill="${theme.text}">${escape(title)}</text>`,
    `<clipPath id="plot"><rect x="${LEFT}" y="${TOP}" width="${plotWidth}" height="${plotHeight}"/></clipPath>`,
  ];
  for (const { at, label } of yTicks(view, plotHeight)) {
    const y = round(toY()(at));
    out.push(`<line x1="${LEFT}" x2="${width - right}" y1="${y}" y2="${y}" stroke="${theme.grid}"/>`);
    out.push(`<text x="${LEFT - 6}" y="${y + 3.5}" text-anchor="end" font-size="10.5" fill="${theme.text}">${escape(label)}</text>`);
  }
  for (const { at, label } of scaledXTicks(model.xUnit, view, plotWidth)) {
    out.push(`<text x="${round(toX(at))}" y="${bottom + 16}" text-anchor="middle" font-size="10.5" fill="${theme.text}">${escape(label)}</text>`);
  }
  for (const { at, label } of view.right ? yTicks(view.right, plotHeight) : []) {
    out.push(`<text x="${width - right + 6}" y="${round(bottom - fractions.right(at) * plotHeight) + 3.5}" font-size="10.5" fill="${theme.text}">${escape(label)}</text>`);
  }
  out.push('<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">');
  const penTo = (path: string[]) => ({
    moveTo: (x: number, y: number) => void path.push(`M${round(x)} ${round(y)}`),
    lineTo: (x: number, y: number) => void path.push(`L${round(x)} ${round(y)}`),
  });
  for (const line of lines) {
    const { band, x, color } = line;
    if (!band) continue;
    const path: string[] = [];
    traceBand(penTo(path), x, band, indicesWithin(x, view.x), toX, toY(line));
    out.push(`<path d="${path.join("")}Z" fill="${color}" opacity="${BAND_ALPHA}"/>`);
  }
  for (const { line, column, faded } of model.strokes) {
    const path: string[] = [];
    const pen = penTo(path);
    const alone = tracePolyline(pen, line.x, column, line.nonfinite.x, indicesWithin(line.x, view.x), toX, toY(line));
    const dash = line.dash.length > 0 ? ` stroke-dasharray="${line.dash.join(" ")}"` : "";
    out.push(`<path d="${path.join("")}" stroke="${line.color}" stroke-width="${faded ? 1 : weight.width}" opacity="${faded ? RAW_ALPHA : weight.alpha}"${dash}/>`);
    if (faded) continue;
    for (const index of dottedIndices(line, view.x, alone)) {
      out.push(`<circle cx="${round(toX(line.x[index] as number))}" cy="${round(toY(line)(column[index] as number))}" r="${DOT_RADIUS}" fill="${line.color}"/>`);
    }
    for (const marker of markersOf(line, column, view.x, toX, toY(line), TOP + 6, bottom - 6)) {
      const corners = triangle(marker, 4.5).map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
      out.push(`<polygon points="${corners}" fill="${line.color}" stroke="${theme.alert}"/>`);
    }
  }
  out.push("</g>");
  places.forEach(([x, row], index) => {
    const line = lines[index];
    if (!line) return;
    const y = bottom + BOTTOM + row * LEGEND_ROW + 8;
    const dash = line.dash.length > 0 ? ` stroke-dasharray="${line.dash.join(" ")}"` : "";
    out.push(`<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke="${line.color}" stroke-width="2"${dash}/>`);
    out.push(`<text x="${x + 23}" y="${y + 3.5}" font-size="11" fill="${theme.text}">${escape(line.label)}</text>`);
  });
  out.push("</svg>");
  return out.join("\n");
}
