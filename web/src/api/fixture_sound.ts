/** Sound of the made-up log. */

const RATE_HZ = 8000;

/** A second of two tones in stereo as a 16-bit WAV; the tones rise with the sample, and from the tenth on they clip. */
export function fixtureWav(sample: number): ArrayBuffer {
  const bytes = new ArrayBuffer(44 + RATE_HZ * 4);
  const view = new DataView(bytes);
  const text = (at: number, name: string): void => [...name].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, bytes.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, RATE_HZ, true);
  view.setUint32(28, RATE_HZ * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, RATE_HZ * 4, true);
  for (let frame = 0; frame < RATE_HZ; frame += 1) {
    for (const channel of [0, 1]) {
      const phase = (2 * Math.PI * (220 + 40 * sample) * (1 + channel / 2) * frame) / RATE_HZ;
      const level = 0.12 * (sample + 1) * Math.sin(phase) * Math.sin((Math.PI * frame) / RATE_HZ);
      view.setInt16(44 + 4 * frame + 2 * channel, Math.round(32767 * Math.max(-1, Math.min(1, level))), true);
    }
  }
  return bytes;
}
