/**
 * One colour per run everywhere. The first four build on Okabe and Ito's set (https://jfly.uni-koeln.de/color/); each
 * other is the one farthest from those before it in OKLab, in both themes, seen with normal, protanope and deuteranope
 * eyes (Machado et al. 2009), among those with a contrast of 3 to the surface and to what is behind it. Both themes hold the same hues in order.
 */

export const LIGHT_COLORS: readonly string[] = [
  "#0072b2", "#d55e00", "#009e73", "#c76ba0", "#6a4bd0", "#866300", "#8d0d40", "#770591",
  "#4b486c", "#3886f4", "#30a12f", "#0f3bb7", "#b02e9a", "#447462", "#834d7e", "#ba0d01",
  "#1e5852", "#b25ccb", "#b77b6a", "#1590a1", "#91574d", "#718b46", "#7a3623", "#6d541b",
];

export const DARK_COLORS: readonly string[] = [
  "#4ea8de", "#f08a4b", "#3dcfa0", "#e39ac5", "#a08cf5", "#e0bb4e", "#d8587f", "#b04ecc",
  "#7e7ba3", "#a5c7f9", "#6ddc6f", "#4076f5", "#eb68d0", "#77a895", "#b980b4", "#f95845",
  "#548c85", "#e593ff", "#edad9b", "#5bc4d6", "#c9897f", "#a3bf78", "#b36955", "#a28751",
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

/** Place 0 and up; behind the palette's end it comes again, first mixed with ink, then with grey. */
export function paletteColor(place: number, theme: "light" | "dark"): string {
  const palette = theme === "dark" ? DARK_COLORS : LIGHT_COLORS;
  const color = palette[place % palette.length]!;
  const round = Math.floor(place / palette.length) % 3;
  if (round === 0) return color;
  return round === 1 ? mix(color, theme === "dark" ? "#ffffff" : "#000000", 0.42) : mix(color, "#7c8690", 0.5);
}

function mix(color: string, other: string, share: number): string {
  const channel = (at: number): string => {
    const of = (hex: string): number => parseInt(hex.slice(at, at + 2), 16);
    return Math.round(of(color) * (1 - share) + of(other) * share).toString(16).padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
