import { formatDuration } from "../../lib/format";

/** How long ago, in words; times to come (another machine's clock) are "just now". */
export function ago(wallTime: number | null, now: number): string {
  if (wallTime === null || !Number.isFinite(wallTime)) return "at an unknown time";
  const seconds = now - wallTime;
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  // Nobody wants the seconds of an hour ago.
  const unit = seconds < 3600 ? 60 : seconds < 86_400 * 2 ? 3600 : 86_400;
  return unit === 86_400 ? `${Math.floor(seconds / unit)} days ago` : `${formatDuration(Math.floor(seconds / unit) * unit)} ago`;
}
