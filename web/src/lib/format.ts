/** Numbers, durations and dates as people write them: 32 not 32.000, 1e-3, 1,204, 57 s. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** Puts a comma between groups of three digits of a plain decimal number. */
function groupThousands(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** What a number that is not finite is called; empty for finite ones. */
export function nonfiniteName(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : "";
}

function exponential(value: number, fractionDigits: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(fractionDigits).split("e");
  return `${withoutTrailingZeros(mantissa)}e${Number(exponent)}`;
}

/** A measured value with at most `digits` significant digits. */
export function formatValue(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return nonfiniteName(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size <= 0.001 || size >= 1e6) return exponential(value, digits - 1);
  if (Number.isInteger(value)) return groupThousands(String(value));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return groupThousands(withoutTrailingZeros(value.toFixed(Math.min(decimals, 12))));
}

/** A score from 0 to 1 in a column of such: one number of decimals, and 1 only where nothing is missing. */
export function formatScore(score: number, decimals: number): string {
  if (!Number.isFinite(score)) return nonfiniteName(score);
  const text = score.toFixed(decimals);
  return score < 1 && Number(text) === 1 ? `0.${"9".repeat(decimals)}` : text;
}

/** A count or a step, exact. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return nonfiniteName(count);
  // Beyond 2^53 a float64 no longer tells neighbouring whole numbers apart: its last digits would be made up.
  if (Math.abs(count) > 2 ** 53) return `about ${exponential(count, 9)}`;
  return groupThousands(String(Math.round(count)));
}

/** A count with its noun: `1 point`, `1,204 points`. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** Decimals that tell neighbouring ticks apart. */
function decimalsOf(spacing: number): number {
  for (let decimals = 0; decimals < 12; decimals += 1) {
    const scaled = spacing * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled)) return decimals;
  }
  return 12;
}

/** A tick label on a linear axis whose ticks are `spacing` apart; all labels of one axis have the same decimals. */
export function formatTick(value: number, spacing: number): string {
  if (value === 0 || spacing === 0) return value === 0 && decimalsOf(spacing) < 4 ? value.toFixed(decimalsOf(spacing)) : formatValue(value);
  const size = Math.abs(spacing);
  if (size <= 0.0005) {
    const lost = Math.max(0, Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(size) + 1e-9));
    return exponential(value, Math.min(lost + (decimalsOf(spacing / 10 ** Math.floor(Math.log10(size) + 1e-9)) > 0 ? 1 : 0), 12));
  }
  if (size >= 1000) return formatStepTick(value);
  return groupThousands(value.toFixed(decimalsOf(spacing)));
}

/** A step on an axis: 0, 250, 10k, 1.5M, 9.22337e18. */
export function formatStepTick(step: number): string {
  const size = Math.abs(step);
  if (size >= 1e15) return exponential(step, 5);
  for (const [unit, suffix] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (size >= unit) return `${withoutTrailingZeros((step / unit).toFixed(3))}${suffix}`;
  }
  return withoutTrailingZeros(step.toFixed(3));
}

/** A tick on a logarithmic axis. */
export function formatLogTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 0.01 && size < 1e4) return formatValue(value, 2);
  return value === 0 ? "0" : exponential(value, 1);
}

/** A stretch of time: 120 ms, 57 s, 2 min 14 s, 3 h 5 min, 2 d 3 h. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return nonfiniteName(seconds);
  const sign = seconds < 0 ? "-" : "";
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 1) return `${sign}${formatValue(size * 1000, size < 0.01 ? 2 : 3)} ms`;
  if (size < 10) return `${sign}${withoutTrailingZeros(size.toFixed(1))} s`;
  const whole = Math.round(size);
  if (whole < MINUTE) return `${sign}${whole} s`;
  const [major, minor, majorName, minorName] =
    whole < HOUR ? [MINUTE, 1, "min", "s"] as const : whole < DAY ? [HOUR, MINUTE, "h", "min"] as const : [DAY, HOUR, "d", "h"] as const;
  const first = Math.floor(whole / major);
  const second = Math.floor((whole % major) / minor);
  return second === 0 ? `${sign}${formatCount(first)} ${majorName}` : `${sign}${formatCount(first)} ${majorName} ${second} ${minorName}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** A relative time on an axis whose ticks are `spacing` seconds apart. */
export function formatDurationTick(seconds: number, spacing: number): string {
  if (seconds === 0) return "0";
  const sign = seconds < 0 ? "-" : "";
  const size = Math.abs(seconds);
  if (spacing >= DAY) return `${sign}${Math.round(size / DAY)} d`;
  if (spacing < 1) return `${sign}${formatTick(size, spacing)} s`;
  const whole = Math.round(size);
  if (whole < MINUTE) return `${sign}${whole} s`;
  const clock = `${Math.floor(whole / HOUR)}:${two(Math.floor((whole % HOUR) / MINUTE))}`;
  if (spacing < MINUTE) return `${sign}${whole < HOUR ? Math.floor(whole / MINUTE) : clock}:${two(whole % MINUTE)}`;
  if (spacing >= HOUR || whole % HOUR === 0) return `${sign}${Math.round(whole / HOUR)} h`;
  return whole < HOUR ? `${sign}${Math.floor(whole / MINUTE)} min` : `${sign}${clock} h`;
}

function dateOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A moment in the reader's time zone, to the second; `wallTime` in seconds since the epoch. */
export function formatWallTime(wallTime: number): string {
  const date = new Date(wallTime * 1000);
  if (Number.isNaN(date.getTime())) return "unknown time";
  return `${dateOf(date)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A moment on an axis whose ticks are `spacing` seconds apart. */
export function formatWallTick(wallTime: number, spacing: number): string {
  const date = new Date(wallTime * 1000);
  if (Number.isNaN(date.getTime())) return "";
  const midnight = date.getHours() + date.getMinutes() + date.getSeconds() === 0;
  if (spacing >= DAY || midnight) return dateOf(date).slice(5);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (spacing > 0 && spacing < 1) return `${clock.slice(3)}:${formatTick(date.getSeconds() + (((wallTime % 1) + 1) % 1), spacing).padStart(4, "0")}`;
  return spacing < MINUTE ? `${clock}:${two(date.getSeconds())}` : clock;
}

/** A size in bytes: 812 B, 4.2 kB, 1.3 MB. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (size < 1000) return `${formatValue(size, size < 10 && unit !== "B" ? 2 : 3)} ${unit}`;
    size /= 1000;
  }
  return `${formatValue(size, 3)} TB`;
}
