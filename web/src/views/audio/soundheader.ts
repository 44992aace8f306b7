/** The sample rate that an encoded sound says it has, by its first bytes. */

const MP3_RATES: readonly (readonly number[])[] = [[11_025, 12_000, 8000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]];

/** In hertz; null where the bytes say none that a browser decodes at. */
export function sampleRateOf(bytes: Uint8Array, mediaType: string): number | null {
  const rate = mediaType === "audio/flac" ? flacRate(bytes) : mediaType === "audio/ogg" ? oggRate(bytes) : mediaType === "audio/mpeg" ? mp3Rate(bytes) : null;
  // What every browser must take: https://webaudio.github.io/web-audio-api/#sample-rates
  return rate !== null && rate >= 8000 && rate <= 96_000 ? rate : null;
}

/** 20 bits of the first metadata block: https://www.rfc-editor.org/rfc/rfc9639#section-8.2 */
function flacRate(bytes: Uint8Array): number | null {
  return bytes.length < 21 ? null : (bytes[18]! << 12) | (bytes[19]! << 4) | (bytes[20]! >> 4);
}

/** The first packet, behind the page's table of segments, is Vorbis's or Opus's. */
function oggRate(bytes: Uint8Array): number | null {
  if (bytes.length < 28) return null;
  const packet = 27 + bytes[26]!;
  const name = String.fromCharCode(...bytes.subarray(packet, packet + 8));
  if (name === "OpusHead") return 48_000;
  if (!name.startsWith("\x01vorbis") || bytes.length < packet + 16) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(packet + 12, true);
}

/** The first frame, behind a tag where there is one. */
function mp3Rate(bytes: Uint8Array): number | null {
  let at = 0;
  if (bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33 && bytes.length > 10) {
    at = 10 + ((bytes[6]! << 21) | (bytes[7]! << 14) | (bytes[8]! << 7) | bytes[9]!);
  }
  for (; at + 3 < bytes.length; at += 1) {
    if (bytes[at] === 0xff && (bytes[at + 1]! & 0xe0) === 0xe0) return MP3_RATES[(bytes[at + 1]! >> 3) & 3]![(bytes[at + 2]! >> 2) & 3] ?? null;
  }
  return null;
}
