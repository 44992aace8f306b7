/** Frames and moments of a video. */

export interface Timing {
  readonly framesPerSecond: number;
  readonly frameCount: number;
}

/** Where the file does not say its rate: what frames are then counted by. */
const ASSUMED_RATE = 25;

/** `seconds` is what the browser found the video to last. */
export function timingOf(framesPerSecond: number | null, frameCount: number | null, seconds: number): Timing {
  const rate = framesPerSecond ?? (frameCount !== null && seconds > 0 ? frameCount / seconds : ASSUMED_RATE);
  return { framesPerSecond: rate, frameCount: Math.max(1, frameCount ?? (seconds > 0 && Number.isFinite(seconds) ? Math.round(seconds * rate) : 1)) };
}

/** The middle of a frame in seconds: at its edges rounding would show the one before. */
export function momentOf(frame: number, { framesPerSecond }: Timing): number {
  return (frame + 0.5) / framesPerSecond;
}

export function frameAt(seconds: number, { framesPerSecond, frameCount }: Timing): number {
  return Math.min(frameCount - 1, Math.max(0, Math.floor(seconds * framesPerSecond + 1e-6)));
}
