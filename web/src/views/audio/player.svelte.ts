/** Plays one sound at a time. Another one that is started takes over, at the same place where that is wished. */

/** The part of `HTMLAudioElement` that is used. */
export type Voice = Pick<HTMLAudioElement, "src" | "currentTime" | "volume" | "loop" | "play" | "pause" | "onended" | "onerror" | "paused">;

export class Player {
  readonly #voice: Voice;
  /** What plays, or was paused: the name it was started by. */
  current = $state<string | null>(null);
  playing = $state(false);
  /** Seconds from the start of the sound that is `current`. */
  time = $state(0);
  /** Why the sound does not play. */
  failure = $state<string | null>(null);
  #frame = 0;

  constructor(voice: Voice = new Audio()) {
    this.#voice = voice;
    voice.onended = () => this.#stopped(0);
    voice.onerror = () => {
      this.failure = "The browser cannot play this sound.";
      this.#stopped(this.time);
    };
  }

  set volume(volume: number) {
    this.#voice.volume = Math.min(1, Math.max(0, volume));
  }

  set loop(loop: boolean) {
    this.#voice.loop = loop;
  }

  /** Where the playhead of `name` stands, in seconds. */
  timeOf(name: string): number {
    return this.current === name ? this.time : 0;
  }

  isPlaying(name: string): boolean {
    return this.playing && this.current === name;
  }

  /** Plays the sound at `url` from `from` seconds on. */
  async play(name: string, url: string, from: number): Promise<void> {
    this.failure = null;
    this.#load(name, url);
    this.#voice.currentTime = from;
    this.time = from;
    this.playing = true;
    try {
      await this.#voice.play();
      this.#follow();
    } catch (error) {
      // Another sound, or a pause, came before this one began.
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.failure = "The browser cannot play this sound.";
      this.#stopped(from);
    }
  }

  pause(): void {
    this.#voice.pause();
    this.#stopped(this.#voice.currentTime);
  }

  /** Puts the playhead of a sound somewhere; what plays goes on there. */
  seek(name: string, url: string, seconds: number): void {
    if (this.current !== name && this.playing) this.pause();
    this.#load(name, url);
    this.#voice.currentTime = seconds;
    this.time = seconds;
  }

  /** The sound of `name` is another one now; what plays goes on at the same place. */
  replace(name: string, url: string): void {
    if (this.current !== name || this.#voice.src.endsWith(url)) return;
    if (this.playing) void this.play(name, url, this.time);
    else this.seek(name, url, this.time);
  }

  close(): void {
    this.#voice.pause();
    cancelAnimationFrame(this.#frame);
    this.#voice.onended = this.#voice.onerror = null;
  }

  #load(name: string, url: string): void {
    if (!this.#voice.src.endsWith(url)) this.#voice.src = url;
    this.current = name;
  }

  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const tick = (): void => {
      if (!this.playing) return;
      this.time = this.#voice.currentTime;
      this.#frame = requestAnimationFrame(tick);
    };
    tick();
  }

  #stopped(at: number): void {
    this.playing = false;
    this.time = at;
    cancelAnimationFrame(this.#frame);
  }
}
