import { describe, expect, it } from "vitest";
import { decodeColumns } from "./columns";
import { SourceError } from "./source";

type Part = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** A header and columns, each at a multiple of 8 bytes. */
function answer(header: unknown, body: Part[]): ArrayBuffer {
  let text = JSON.stringify(header);
  text += " ".repeat((8 - ((8 + text.length) % 8)) % 8);
  const sizes = body.map((part) => Math.ceil(part.byteLength / 8) * 8);
  const bytes = new Uint8Array(8 + text.length + sizes.reduce((sum, size) => sum + size, 0));
  bytes.set(new TextEncoder().encode("GBC2"));
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(new TextEncoder().encode(text), 8);
  let at = 8 + text.length;
  body.forEach((part, index) => {
    bytes.set(new Uint8Array(part.buffer), at);
    at += sizes[index]!;
  });
  return bytes.buffer;
}

const BASE = {
  run: "a", tag: "loss", total: 3, in_range: 3, shown: 2, nonfinite_count: 1, segments: [], segment_count: 0, segment: 0, wall_origin: null, joined: null,
};

describe("decodeColumns", () => {
  it("reads columns of every type at their places, shared ones too", () => {
    const columns = {
      step: ["i4", 0, 3], x: ["i4", 0, 3], value: ["f4", 16, 3], smoothed: ["f8", 32, 3], nonfinite_step: ["i8", 56, 1], nonfinite_kind: ["u1", 64, 1],
    };
    const body = [
      Int32Array.of(1, 3, -2), Float32Array.of(0.5, 0.25, 0.1), Float64Array.of(1, 2, 0.1), BigInt64Array.of(2n ** 53n), Uint8Array.of(2),
    ];
    const decoded = decodeColumns(answer({ revision: 7, series: [{ ...BASE, found: true, columns }] }, body));
    const read = decoded.series[0]!.columns!;
    expect(decoded.revision).toBe(7);
    expect([...read.step]).toEqual([1, 3, -2]);
    expect(read.x).toBe(read.step);
    expect([...read.value]).toEqual([0.5, 0.25, Math.fround(0.1)]);
    expect([...read.smoothed!]).toEqual([1, 2, 0.1]);
    expect([...read.nonfinite_step]).toEqual([2 ** 53]);
    expect([...read.nonfinite_kind]).toEqual([2]);
    expect(read.wall_time).toHaveLength(0);
  });

  it("adds offsets to the moment that they count from", () => {
    const columns = { wall_offset: ["f4", 0, 2], nonfinite_wall_offset: ["f4", 8, 1] };
    const body = [Float32Array.of(0, 1.5), Float32Array.of(3)];
    const decoded = decodeColumns(answer({ revision: 1, series: [{ ...BASE, found: true, wall_origin: 1.79e9, columns }] }, body));
    expect([...decoded.series[0]!.columns!.wall_time]).toEqual([1.79e9, 1.79e9 + 1.5]);
    expect([...decoded.series[0]!.columns!.nonfinite_wall_time]).toEqual([1.79e9 + 3]);
  });

  it("has no columns for a series that is gone", () => {
    const decoded = decodeColumns(answer({ revision: 1, series: [{ ...BASE, found: false, columns: {} }] }, []));
    expect(decoded.series[0]!.columns).toBeNull();
  });

  it.each([
    ["too short", new ArrayBuffer(4)],
    ["no magic", new TextEncoder().encode("<html>   ").buffer as ArrayBuffer],
    ["column behind the end", answer({ revision: 1, series: [{ ...BASE, found: true, columns: { step: ["f8", 0, 9] } }] }, [Float64Array.of(1)])],
    ["unknown type", answer({ revision: 1, series: [{ ...BASE, found: true, columns: { step: ["c8", 0, 1] } }] }, [Float64Array.of(1)])],
  ])("says what is wrong: %s", (_, buffer) => {
    expect(() => decodeColumns(buffer)).toThrow(SourceError);
    expect(() => decodeColumns(buffer)).toThrow(/cannot be read/);
  });

  it("says so where the header is cut", () => {
    expect(() => decodeColumns(answer({ revision: 1, series: [] }, []).slice(0, 20))).toThrow(/header takes/);
  });
});
