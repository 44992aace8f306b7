/** Where ticks go on linear, logarithmic, symmetric-logarithmic, duration and wall-clock axes. */

const NICE = [1, 2, 5, 10];
const DURATION_SPACINGS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000,
];
/** More ticks than this are a mistake of the caller, not an axis. */
const MAX_TICKS = 200;

/** The smallest of 1, 2, 5 times a power of ten that cuts `span` into at most `count` parts. */
export function niceSpacing(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = NICE.find((nice) => nice * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function multiplesWithin(min: number, max: number, spacing: number, offset = 0): number[] {
  const ticks: number[] = [];
  const slack = spacing * 1e-9;
  const first = Math.ceil((min - offset - slack) / spacing);
  for (let index = first; ticks.length < MAX_TICKS; index += 1) {
    const tick = index * spacing + offset;
    if (tick > max + slack) break;
    // Twelve digits undo what 3 * 0.1 adds; the second test keeps -0 out of labels.
    const clean = Number(tick.toPrecision(12));
    ticks.push(clean === 0 ? 0 : clean);
  }
  return ticks;
}

/** Ticks of a linear axis; `integral` keeps them on whole numbers, as steps are. */
export function linearTicks(min: number, max: number, count: number, { integral = false } = {}): number[] {
  if (!(max >= min) || !Number.isFinite(max - min)) return [];
  if (max === min) return [min];
  const spacing = niceSpacing(max - min, count);
  return multiplesWithin(min, max, integral ? Math.max(1, spacing) : spacing);
}

/** Ticks of a logarithmic axis; both ends must be above 0. */
export function logTicks(min: number, max: number, count: number): number[] {
  if (!(min > 0) || !(max >= min) || !Number.isFinite(max)) return [];
  const low = Math.floor(Math.log10(min) + 1e-9);
  const high = Math.ceil(Math.log10(max) - 1e-9);
  const decades = Math.log10(max) - Math.log10(min);
  if (decades < 0.7) return linearTicks(min, max, count).filter((tick) => tick > 0);
  const factors = decades <= 2.5 && decades * 3 <= count + 1 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const ticks: number[] = [];
  for (let power = low; power <= high; power += 1) {
    if (power % stride !== 0) continue;
    for (const factor of factors) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks.length >= 2 ? ticks : linearTicks(min, max, count).filter((tick) => tick > 0);
}

/** Ticks of an axis that is linear within plus and minus `linear` and logarithmic outside. */
export function symlogTicks(min: number, max: number, linear: number, count: number): number[] {
  const decades = Math.log10(Math.max(-min, max, linear) / linear);
  if (!(decades > 0.7)) return linearTicks(min, max, count);
  const sides = (min < 0 ? 1 : 0) + (max > 0 ? 1 : 0);
  const stride = Math.max(1, Math.ceil((decades * sides) / Math.max(1, count)));
  const lowest = Math.ceil(Math.log10(linear) - 1e-9);
  const ticks: number[] = [];
  for (let power = lowest; 10 ** power <= Math.max(-min, max) * (1 + 1e-9); power += stride) {
    const tick = Number(`1e${power}`);
    if (-tick >= min) ticks.unshift(-tick);
    if (tick <= max) ticks.push(tick);
  }
  if (min <= 0 && max >= 0) ticks.splice(ticks.findIndex((tick) => tick > 0) >>> 0, 0, 0);
  return ticks.sort((a, b) => a - b);
}

/** How far apart the ticks of a time axis of `span` seconds are. */
export function timeSpacing(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  if (rough <= 1) return niceSpacing(span, count);
  const last = DURATION_SPACINGS[DURATION_SPACINGS.length - 1] as number;
  return DURATION_SPACINGS.find((spacing) => spacing >= rough) ?? Math.ceil(rough / last) * last;
}

/** Ticks of an axis in seconds since the start of a run. */
export function durationTicks(min: number, max: number, count: number): number[] {
  if (!(max >= min)) return [];
  return max === min ? [min] : multiplesWithin(min, max, timeSpacing(max - min, count));
}

/** Ticks of an axis in seconds since the epoch, on round local times; `offsetSeconds` is how far local time is behind UTC. */
export function wallTicks(min: number, max: number, count: number, offsetSeconds: number): number[] {
  if (!(max >= min)) return [];
  return max === min ? [min] : multiplesWithin(min, max, timeSpacing(max - min, count), offsetSeconds);
}

/** How far apart neighbouring ticks are; 0 for fewer than two. */
export function spacingOf(ticks: readonly number[]): number {
  return ticks.length < 2 ? 0 : (ticks[1] as number) - (ticks[0] as number);
}
