import { afterEach, describe, expect, it, vi } from "vitest";
import { fixtureWav } from "../../api/fixture_sound";
import { MOST_SAMPLES, readWav, secondsOf } from "./clip";
import { heat } from "./draw";
import { decibels, envelopeOf, loudnessOf } from "./loudness";
import { Player, type Voice } from "./player.svelte";
import { sampleRateOf } from "./soundheader";
import { FLOOR_DB, STRETCH, fft, spectrogramOf } from "./spectrum";

interface WavParts {
  code?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  data?: number[];
  /** What the data chunk says its length is. */
  claimed?: number;
  between?: number[];
}

function wav({ code = 1, channels = 1, rate = 8000, bits = 16, data = [0, 0x40, 0, 0xc0], claimed = data.length, between = [] }: WavParts = {}): ArrayBuffer {
  const u16 = (value: number) => [value & 255, (value >> 8) & 255];
  const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
  const text = (name: string) => [...name].map((letter) => letter.charCodeAt(0));
  const extensible = code === 0xfffe ? [...u16(22), ...u16(bits), ...u32(0), ...u16(3), ...new Array<number>(14).fill(0)] : [];
  const format = [...u16(code), ...u16(channels), ...u32(rate), ...u32((rate * channels * bits) / 8), ...u16((channels * bits) / 8), ...u16(bits), ...extensible];
  return Uint8Array.from([...text("RIFF"), 0, 0, 0, 0, ...text("WAVE"), ...text("fmt "), ...u32(format.length), ...format, ...between, ...text("data"), ...u32(claimed), ...data]).buffer;
}

const float32 = (...values: number[]) => [...new Uint8Array(Float32Array.from(values).buffer)];

describe("a WAV file", () => {
  it.each<[string, WavParts, number[]]>([
    ["16 bits", {}, [0.5, -0.5]],
    ["8 bits", { bits: 8, data: [128, 192, 0] }, [0, 0.5, -1]],
    ["24 bits", { bits: 24, data: [0, 0, 0x40, 0, 0, 0x80] }, [0.5, -1]],
    ["32 bits", { bits: 32, data: [0, 0, 0, 0x40, 0, 0, 0, 0x80] }, [0.5, -1]],
    ["floats", { code: 3, bits: 32, data: float32(1.5, -0.25) }, [1.5, -0.25]],
    ["floats, extensible", { code: 0xfffe, bits: 32, data: float32(2) }, [2]],
    ["double floats", { code: 3, bits: 64, data: [...new Uint8Array(Float64Array.of(0.1).buffer)] }, [Math.fround(0.1)]],
  ])("of %s is read as it is", (_, parts, samples) => expect([...readWav(wav(parts)).channels[0]!]).toEqual(samples));
  it("keeps NaN and what lies beyond full scale", () => {
    const { channels, fullScale, form } = readWav(wav({ code: 3, bits: 32, data: float32(NaN, Infinity, -3) }));
    expect([[...channels[0]!], fullScale, form]).toEqual([[NaN, Infinity, -3], 1, "32-bit float"]);
  });
  it("parts its channels", () => {
    const clip = readWav(fixtureWav(3));
    expect([clip.channels.length, clip.channels[0]!.length, clip.rateHz, secondsOf(clip), clip.form]).toEqual([2, 8000, 8000, 1, "16-bit PCM"]);
    expect(clip.channels[0]![100]).not.toBe(clip.channels[1]![100]);
  });
  it("that was cut, or says more than it holds, gives what is there", () => {
    expect(readWav(wav({ claimed: 0xffffffff })).channels[0]).toHaveLength(2);
    expect(readWav(wav({ data: [0, 0x40, 0] })).channels[0]).toHaveLength(1);
  });
  it("is read past chunks it does not know", () => expect(readWav(wav({ between: [76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0] })).channels[0]).toHaveLength(2));
  it.each<[string, ArrayBuffer, string]>([
    ["text", new TextEncoder().encode("<html></html>").buffer as ArrayBuffer, "no WAV file"],
    ["nothing", new ArrayBuffer(0), "no WAV file"],
    ["another code", wav({ code: 85 }), "format 85 with 16 bits"],
    ["no channel", wav({ channels: 0 }), "0 channels at 8000 Hz"],
    ["no rate", wav({ rate: 0 }), "1 channels at 0 Hz"],
    ["no sound", wav({ data: [] }), "without sound"],
    ["no format", wav().slice(0, 12), "without a format"],
  ])("of %s says what was found", (_, bytes, message) => expect(() => readWav(bytes)).toThrow(message));
  it("is survived whatever bytes are wrong", () => {
    const bytes = new Uint8Array(wav({ channels: 2, bits: 24, data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }));
    for (let at = 0; at < bytes.length; at += 1) {
      for (const mask of [0xff, 0x01, 0x80]) {
        const wrong = bytes.slice();
        wrong[at] = wrong[at]! ^ mask;
        try {
          const { channels } = readWav(wrong.buffer);
          expect(channels.length * channels[0]!.length).toBeLessThan(MOST_SAMPLES);
        } catch (error) {
          expect((error as Error).message).toMatch(/WAV/);
        }
      }
    }
  });
});

describe("the header of a sound", () => {
  const bytes = (...parts: (string | number)[]) => Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : [part])));
  it("says its rate", () => {
    expect(sampleRateOf(bytes("fLaC", ..."\0".repeat(14), 0x0a, 0xc4, 0x42, ..."\0".repeat(9)), "audio/flac")).toBe(44_100);
    expect(sampleRateOf(bytes("OggS", ..."\0".repeat(22), 1, 30, "\x01vorbis", 0, 0, 0, 0, 2, 0x80, 0x3e, 0, 0), "audio/ogg")).toBe(16_000);
    expect(sampleRateOf(bytes("OggS", ..."\0".repeat(22), 1, 19, "OpusHead", 1), "audio/ogg")).toBe(48_000);
    expect(sampleRateOf(bytes(0xff, 0xfb, 0x90, 0), "audio/mpeg")).toBe(44_100);
    expect(sampleRateOf(bytes("ID3", 4, 0, 0, 0, 0, 0, 2, 9, 9, 0xff, 0xf3, 0x44, 0), "audio/mpeg")).toBe(24_000);
  });
  it("says none where it is cut or none", () => {
    for (const type of ["audio/flac", "audio/ogg", "audio/mpeg", "text/html"]) expect(sampleRateOf(bytes("OggS"), type)).toBeNull();
  });
});

describe("loudness", () => {
  it("is told without what is not finite", () => {
    expect(loudnessOf(Float32Array.of(0.5, -0.5, NaN, Infinity, 0.5, -0.5), 1)).toEqual({ peak: 0.5, rms: 0.5, mean: 0, clipped: 0, nonfinite: 2 });
    expect(loudnessOf(new Float32Array(0), 1)).toEqual({ peak: 0, rms: 0, mean: 0, clipped: 0, nonfinite: 0 });
    expect(loudnessOf(Float32Array.of(1, -1.5, 0.999), 1)).toMatchObject({ clipped: 2, peak: 1.5 });
  });
  it("counts the largest number of a 16-bit file as clipped", () => {
    const clip = readWav(wav({ data: [0xff, 0x7f, 0, 0x80, 0xfe, 0x7f] }));
    expect(loudnessOf(clip.channels[0]!, clip.fullScale).clipped).toBe(2);
  });
  it.each([[1, "0.0 dB"], [0.5, "−6.0 dB"], [2, "6.0 dB"], [0, "silent"], [0.999, "0.0 dB"]])("of %s is %s", (level, text) => expect(decibels(level)).toBe(text));
  it("is drawn by extremes, with marks for what is wrong", () => {
    const { low, high, marks } = envelopeOf(Float32Array.of(0.25, -0.5, 0, 1.5, NaN, 2, 0, 0.125), 4, 1);
    expect([[...low], [...high], [...marks]]).toEqual([[-0.5, 0, 2, 0], [0.25, 1.5, 2, 0.125], [0, 1, 2, 0]]);
    expect([...envelopeOf(Float32Array.of(0.25, 0.5), 4, 1).high]).toEqual([0.25, 0.25, 0.5, 0.5]);
    expect([...envelopeOf(Float32Array.of(NaN), 1, 1).high]).toEqual([0]);
  });
});

describe("spectrum", () => {
  it("is that of the plain sum", () => {
    const size = 16;
    const values = Array.from({ length: size }, (_, at) => Math.sin(at * at) + 0.3 * at);
    const [real, imaginary] = [Float64Array.from(values), new Float64Array(size)];
    fft(real, imaginary);
    for (let bin = 0; bin < size; bin += 1) {
      const sum = (part: (angle: number) => number) => values.reduce((total, value, at) => total + value * part((2 * Math.PI * bin * at) / size), 0);
      expect(real[bin]).toBeCloseTo(sum(Math.cos), 9);
      expect(imaginary[bin]).toBeCloseTo(-sum(Math.sin), 9);
    }
  });
  it("shows a sine of full scale at its frequency with 0 dB", () => {
    const bin = 100;
    const samples = Float32Array.from({ length: 8 * STRETCH }, (_, at) => Math.sin((2 * Math.PI * bin * at) / STRETCH));
    const { columns, bins, decibels: levels } = spectrogramOf(samples, 5);
    expect([columns, bins]).toEqual([5, STRETCH / 2]);
    const column = levels.subarray(2 * bins, 3 * bins);
    expect(column.indexOf(Math.max(...column))).toBe(bin);
    expect(column[bin]).toBeCloseTo(0, 1);
    expect(column[bin + 30]).toBeLessThan(-80);
  });
  it("takes what is not finite for silence", () => {
    expect(Math.max(...spectrogramOf(new Float32Array(STRETCH).fill(NaN), 1).decibels)).toBe(FLOOR_DB);
  });
  it("goes from dark to light", () => {
    const sums = Array.from({ length: 11 }, (_, at) => heat(at / 10).reduce((sum, channel) => sum + channel, 0));
    expect(sums).toEqual([...sums].sort((a, b) => a - b));
    expect([heat(-1), heat(2)]).toEqual([heat(0), heat(1)]);
  });
});

describe("the player", () => {
  afterEach(() => vi.unstubAllGlobals());
  function made(play: () => Promise<void> = () => Promise.resolve()) {
    vi.stubGlobal("requestAnimationFrame", () => 1);
    vi.stubGlobal("cancelAnimationFrame", () => {});
    const voice = { src: "", currentTime: 0, volume: 1, loop: false, paused: true, play: vi.fn(play), pause: vi.fn(), onended: null, onerror: null } as unknown as Voice & { play: ReturnType<typeof vi.fn>; onended: () => void };
    return { voice, player: new Player(voice) };
  }
  it("plays one sound at a time", async () => {
    const { voice, player } = made();
    await player.play("a", "url-a", 0);
    expect([player.isPlaying("a"), voice.src]).toEqual([true, "url-a"]);
    await player.play("b", "url-b", 1.5);
    expect([player.isPlaying("a"), player.isPlaying("b"), voice.currentTime, player.timeOf("a"), player.timeOf("b")]).toEqual([false, true, 1.5, 0, 1.5]);
    voice.onended();
    expect([player.playing, player.timeOf("b")]).toEqual([false, 0]);
  });
  it("goes on where it was when another step takes the sound's place", async () => {
    const { voice, player } = made();
    await player.play("a", "url-1", 0.75);
    player.replace("a", "url-2");
    expect([voice.src, voice.currentTime, player.isPlaying("a")]).toEqual(["url-2", 0.75, true]);
    player.replace("b", "url-3");
    expect(voice.src).toBe("url-2");
  });
  it("seeks without playing, and stops what played elsewhere", async () => {
    const { voice, player } = made();
    player.seek("a", "url-a", 2);
    expect([voice.currentTime, player.timeOf("a"), player.playing]).toEqual([2, 2, false]);
    await player.play("a", "url-a", 2);
    player.seek("b", "url-b", 1);
    expect([player.playing, player.current]).toEqual([false, "b"]);
  });
  it("says what cannot be played", async () => {
    const { player } = made(() => Promise.reject(new DOMException("no", "NotSupportedError")));
    await player.play("a", "url-a", 0);
    expect([player.playing, player.failure]).toEqual([false, "The browser cannot play this sound."]);
  });
});
