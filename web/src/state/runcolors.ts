/**
 * One colour per run everywhere. The first eight build on Okabe and Ito's set (https://jfly.uni-koeln.de/color/),
 * the others fill the gaps between them in hue and lightness; both themes hold the same hues in the same order.
 */

export const LIGHT_COLORS: readonly string[] = [
  "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6bd1", "#b8860b", "#4a9fd4", "#7a8a00",
  "#b0304f", "#2f4b8f", "#7f4f24", "#00908f", "#a33ea1", "#e0803f", "#3f7d2c", "#5d6d7e",
  "#e0567a", "#5b5bd6", "#9c8a5a", "#00698a", "#c2452d", "#6b3d7d", "#63a375", "#8c5a6b",
];

export const DARK_COLORS: readonly string[] = [
  "#4ea8de", "#f08a4b", "#3dcfa0", "#e39ac5", "#ab93ee", "#e0bb4e", "#8cc8ef", "#b5c34a",
  "#f2708c", "#7f9ff0", "#c99a6b", "#3fc9c8", "#d67fd4", "#ffb27d", "#7fc465", "#a3b3c2",
  "#ff93ae", "#9494ff", "#d6c592", "#2fa3c7", "#f0806a", "#b98ad0", "#9fd8b0", "#cf9fae",
];

export interface CreatedRun {
  name: string;
  first_wall_time: number | null;
}

/**
 * Gives each run its place in the palette: in the order the runs began, so that a new run never recolours an old one
 * and everybody who opens the log sees the same. Runs in `pinned` keep the place they have.
 */
export function assignColors(
  runs: readonly CreatedRun[],
  pinned: ReadonlyMap<string, number> = new Map(),
): Map<string, number> {
  const places = new Map<string, number>();
  let next = 0;
  for (const run of runs) {
    const place = pinned.get(run.name);
    if (place === undefined) continue;
    places.set(run.name, place);
    next = Math.max(next, place + 1);
  }
  const unplaced = runs.filter((run) => !places.has(run.name));
  unplaced.sort(
    (a, b) => (a.first_wall_time ?? Infinity) - (b.first_wall_time ?? Infinity) || (a.name < b.name ? -1 : 1),
  );
  for (const run of unplaced) places.set(run.name, next++);
  return places;
}

export function paletteColor(place: number, theme: "light" | "dark"): string {
  const palette = theme === "dark" ? DARK_COLORS : LIGHT_COLORS;
  return palette[place % palette.length]!;
}
