/** A sound as samples. WAV, which is what `add_audio` writes, is read here, value by value; the browser decodes the others. */

import { sampleRateOf } from "./soundheader";

export interface Clip {
  readonly rateHz: number;
  /** One array a channel, all of one length; 1 is full scale, and samples may lie beyond, or be NaN. */
  readonly channels: readonly Float32Array[];
  /** Said of the file: "16-bit PCM", "32-bit float", "FLAC". */
  readonly form: string;
  /** A sample at or beyond this was cut off, or will be when it is played. */
  readonly fullScale: number;
}

/** A sound of this many samples takes 256 MiB when it is decoded. */
export const MOST_SAMPLES = 1 << 26;

export const secondsOf = ({ channels, rateHz }: Clip): number => (channels[0]?.length ?? 0) / rateHz;

/** Rejects with what was found where the bytes are no sound that can be decoded. */
export async function decodeClip(bytes: ArrayBuffer, mediaType: string): Promise<Clip> {
  if (mediaType === "audio/wav") return readWav(bytes);
  const rateHz = sampleRateOf(new Uint8Array(bytes), mediaType);
  if (rateHz === null) throw new Error(`the ${mediaType} file does not say its sample rate`);
  // At its own rate a decoder leaves the samples as they are.
  const context = new OfflineAudioContext(1, 1, rateHz);
  const decoded = await context.decodeAudioData(bytes.slice(0));
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, channel) => decoded.getChannelData(channel));
  return { rateHz: decoded.sampleRate, channels, form: mediaType.replace("audio/", "").toUpperCase(), fullScale: 1 };
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** Format: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html. Throws for what is no such file. */
export function readWav(bytes: ArrayBuffer): Clip {
  const view = new DataView(bytes);
  const name = (at: number): string => String.fromCharCode(...new Uint8Array(bytes, at, 4));
  if (view.byteLength < 12 || name(0) !== "RIFF" || name(8) !== "WAVE") throw new Error("no WAV file");
  let format: { code: number; channelCount: number; rateHz: number; bits: number } | null = null;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name(at) === "fmt " && length >= 16 && body + 16 <= view.byteLength) {
      const code = view.getUint16(body, true);
      format = {
        code: code === EXTENSIBLE && body + 26 <= view.byteLength ? view.getUint16(body + 24, true) : code,
        channelCount: view.getUint16(body + 2, true), rateHz: view.getUint32(body + 4, true), bits: view.getUint16(body + 14, true),
      };
    }
    if (name(at) === "data") {
      if (format === null) throw new Error("a WAV file whose sound stands before its format");
      // A file that was cut, or that says more than it holds, gives what is there.
      return samplesOf(view, body, Math.min(length, view.byteLength - body), format);
    }
    at = body + length + (length % 2);
  }
  throw new Error(format === null ? "a WAV file without a format" : "a WAV file without sound");
}

function samplesOf(view: DataView, start: number, byteCount: number, { code, channelCount, rateHz, bits }: { code: number; channelCount: number; rateHz: number; bits: number }): Clip {
  const read = readerOf(view, code, bits);
  if (read === null) throw new Error(`a WAV file of format ${code} with ${bits} bits`);
  if (channelCount === 0 || rateHz === 0) throw new Error(`a WAV file of ${channelCount} channels at ${rateHz} Hz`);
  const step = bits / 8;
  const frames = Math.floor(byteCount / (step * channelCount));
  if (frames === 0) throw new Error("a WAV file without sound");
  if (frames * channelCount > MOST_SAMPLES) throw new Error(`a WAV file of ${frames} samples in ${channelCount} channels, more than are decoded`);
  const channels = Array.from({ length: channelCount }, () => new Float32Array(frames));
  let at = start;
  for (let frame = 0; frame < frames; frame += 1) {
    for (const channel of channels) {
      channel[frame] = read(at);
      at += step;
    }
  }
  return { rateHz, channels, form: `${bits}-bit ${code === FLOAT ? "float" : "PCM"}`, fullScale: code === FLOAT ? 1 : 1 - 2 ** (1 - bits) };
}

function readerOf(view: DataView, code: number, bits: number): ((at: number) => number) | null {
  if (code === FLOAT) return bits === 32 ? (at) => view.getFloat32(at, true) : bits === 64 ? (at) => view.getFloat64(at, true) : null;
  if (code !== PCM) return null;
  if (bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (bits === 16) return (at) => view.getInt16(at, true) / 32_768;
  if (bits === 24) return (at) => (view.getUint16(at, true) | (view.getInt8(at + 2) << 16)) / 8_388_608;
  return bits === 32 ? (at) => view.getInt32(at, true) / 2_147_483_648 : null;
}
