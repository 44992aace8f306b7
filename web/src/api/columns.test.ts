import { describe, expect, it } from "vitest";
import { decodeColumns } from "./columns";
import { SourceError } from "./source";

function answer(header: unknown, body: number[]): ArrayBuffer {
  let text = JSON.stringify(header);
  text += " ".repeat((8 - ((8 + text.length) % 8)) % 8);
  const buffer = new ArrayBuffer(8 + text.length + body.length * 8);
  new Uint8Array(buffer).set(new TextEncoder().encode(`GBC1`));
  new DataView(buffer).setUint32(4, text.length, true);
  new Uint8Array(buffer).set(new TextEncoder().encode(text), 8);
  body.forEach((value, index) => new DataView(buffer).setFloat64(8 + text.length + index * 8, value, true));
  return buffer;
}

const BASE = { run: "a", tag: "loss", total: 3, in_range: 3, shown: 2, nonfinite_count: 1, segments: [], segment: 0 };

describe("decodeColumns", () => {
  it("lays each column over its bytes, shared ones too", () => {
    const columns = { step: [0, 2], x: [0, 2], value: [16, 2], nonfinite_step: [32, 1], nonfinite_kind: [40, 1] };
    const decoded = decodeColumns(answer({ revision: 7, series: [{ ...BASE, found: true, columns }] }, [1, 3, 0.5, 0.25, 2, 0]));
    const read = decoded.series[0]!.columns!;
    expect(decoded.revision).toBe(7);
    expect([...read.step]).toEqual([1, 3]);
    expect([...read.x]).toEqual([1, 3]);
    expect([...read.value]).toEqual([0.5, 0.25]);
    expect([...read.nonfinite_step]).toEqual([2]);
    expect(read.smoothed).toBeNull();
  });

  it("has no columns for a series that is gone", () => {
    const decoded = decodeColumns(answer({ revision: 1, series: [{ ...BASE, found: false, columns: {} }] }, []));
    expect(decoded.series[0]!.columns).toBeNull();
  });

  it.each([
    ["too short", new ArrayBuffer(4)],
    ["no magic", new TextEncoder().encode("<html>   ").buffer as ArrayBuffer],
    ["column behind the end", answer({ revision: 1, series: [{ ...BASE, found: true, columns: { step: [0, 9] } }] }, [1])],
  ])("says what is wrong: %s", (_, buffer) => {
    expect(() => decodeColumns(buffer)).toThrow(SourceError);
    expect(() => decodeColumns(buffer)).toThrow(/cannot be read/);
  });

  it("says so where the header is cut", () => {
    expect(() => decodeColumns(answer({ revision: 1, series: [] }, []).slice(0, 20))).toThrow(/header takes/);
  });
});
