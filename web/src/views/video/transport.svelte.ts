/** Plays several videos as one: the same frame in all of them, whatever their rates; a shorter one waits at its end. */

import { frameAt, momentOf, type Timing } from "./frames";

/** The part of `HTMLVideoElement` that is used. */
export type Screen = Pick<HTMLVideoElement, "currentTime" | "play" | "pause" | "playbackRate" | "ended">;

interface Member {
  readonly screen: Screen;
  readonly timing: Timing;
}

export class Transport {
  readonly #members = new Map<string, Member>();
  playing = $state(false);
  /** Of the longest video, from 0. */
  frame = $state(0);
  frameCount = $state(1);
  framesPerSecond = $state(1);
  speed = $state(1);
  loop = $state(true);
  failure = $state<string | null>(null);
  #tick = 0;

  /** Takes a video in, at the frame that is shown; returns what takes it out. */
  join(name: string, screen: Screen, timing: Timing): () => void {
    const member = { screen, timing };
    this.#members.set(name, member);
    this.#measure();
    this.#place(member);
    if (this.playing) this.#start(member);
    return () => {
      if (this.#members.get(name) !== member) return;
      screen.pause();
      this.#members.delete(name);
      this.#measure();
    };
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (this.#members.size === 0) return;
    this.failure = null;
    if (this.frame >= this.frameCount - 1) this.#show(0);
    this.playing = true;
    for (const member of this.#members.values()) {
      this.#place(member);
      this.#start(member);
    }
    cancelAnimationFrame(this.#tick);
    this.#tick = requestAnimationFrame(() => this.#follow());
  }

  /** All stand still at one frame. */
  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.#tick);
    for (const { screen } of this.#members.values()) screen.pause();
    this.#show(this.frame);
  }

  /** Stands still at a frame. */
  goTo(frame: number): void {
    this.playing = false;
    cancelAnimationFrame(this.#tick);
    for (const { screen } of this.#members.values()) screen.pause();
    this.#show(frame);
  }

  goBy(count: number): void {
    this.goTo(this.frame + count);
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    for (const member of this.#members.values()) member.screen.playbackRate = this.#rateOf(member);
  }

  #measure(): void {
    const timings = [...this.#members.values()].map(({ timing }) => timing);
    const longest = timings.reduce<Timing | null>((best, timing) => (best === null || timing.frameCount > best.frameCount ? timing : best), null);
    // Between the video of one step and that of the next there may be none: what was counted stands.
    if (longest === null) return;
    this.frameCount = longest.frameCount;
    this.framesPerSecond = longest.framesPerSecond;
    this.frame = Math.min(this.frame, this.frameCount - 1);
  }

  /** Frames go by at the rate of the longest, so that the same number is the same moment of an episode. */
  #rateOf({ timing }: Member): number {
    return Math.min(16, Math.max(0.0625, (this.speed * this.framesPerSecond) / timing.framesPerSecond));
  }

  #start(member: Member): void {
    const { screen, timing } = member;
    screen.playbackRate = this.#rateOf(member);
    if (this.frame >= timing.frameCount - 1 && timing.frameCount < this.frameCount) return;
    screen.play().catch((error: unknown) => {
      // A pause, or another source, came before it began.
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.failure = "The browser cannot play this video.";
      this.pause();
    });
  }

  #show(frame: number): void {
    this.frame = Math.min(this.frameCount - 1, Math.max(0, Math.round(frame)));
    for (const member of this.#members.values()) this.#place(member);
  }

  #place({ screen, timing }: Member): void {
    screen.currentTime = momentOf(Math.min(this.frame, timing.frameCount - 1), timing);
  }

  #follow(): void {
    if (!this.playing) return;
    const members = [...this.#members.values()];
    const leader = members.reduce<Member | null>((best, one) => (best === null || one.timing.frameCount > best.timing.frameCount ? one : best), null);
    this.#tick = requestAnimationFrame(() => this.#follow());
    if (leader === null) return;
    this.frame = frameAt(leader.screen.currentTime, leader.timing);
    for (const member of members) {
      if (member === leader || this.frame >= member.timing.frameCount - 1) continue;
      // More than two frames apart is seen; less is what decoders differ by.
      if (Math.abs(frameAt(member.screen.currentTime, member.timing) - this.frame) > 2) this.#place(member);
    }
    if (!leader.screen.ended) return;
    if (!this.loop) return this.pause();
    this.#show(0);
    this.play();
  }
}
