import { describe, expect, it } from "vitest";
import { decodeProjection } from "../../api/projections";
import { colored } from "./colors";
import { asNpy, asTsv } from "./files";
import { keeping, readLink, START, writeLink } from "./link";
import { columnToColor, nextRows, readColumn, searched, sequences } from "./metadata";

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, point) => point);

describe("the link", () => {
  it("is empty at the start and comes back with what differs", () => {
    expect(writeLink(START)).toBe("");
    const link = { ...START, algorithm: "tsne", dimensions: 3, selected: [4, 5, 6, 99], camera: [0, 0, 0, 2, 0.5, 0.1], hidden: ["お"] } as const;
    const text = writeLink(link);
    expect(JSON.parse(text).selected).toEqual([4, 3, 99, 1]);
    expect(readLink(text)).toEqual(link);
  });

  it.each(["", "{", "[]", "7", '{"algorithm":"magic","perplexity":-4,"selected":"all","camera":[null]}'])("opens whatever it says: %s", (text) => {
    expect(readLink(text)).toEqual(START);
  });

  it("keeps what says the same as it is", () => {
    const before = readLink('{"hidden":["a"],"selected":[3,2],"camera":[0,0,0,2,0,0]}');
    const next = keeping(before, readLink('{"hidden":["a"],"selected":[3,3],"camera":[0,0,0,1,0,0]}'));
    expect(next.hidden).toBe(before.hidden);
    expect(next.selected).toEqual([3, 4, 5]);
    expect(next.camera).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it("never unfolds into more rows than a link may name", () => {
    expect(readLink('{"selected":[0,1000000000]}').selected.length).toBe(4000);
  });
});

describe("metadata", () => {
  it("tells numbers from classes", () => {
    expect(readColumn("a", ["1", "2.5", "", "nan", "-inf"]).numbers).toEqual(Float64Array.of(1, 2.5, NaN, NaN, -Infinity));
    expect(readColumn("a", ["1", "x"]).numbers).toBeNull();
    expect(readColumn("a", ["", ""]).numbers).toBeNull();
    expect(readColumn("a", ["c10", "c2", "c2"]).classes).toEqual(["c2", "c10"]);
  });

  it("colours by what is named as a label, else by few classes", () => {
    const index = readColumn("index", Array.from({ length: 200 }, (_, at) => String(at)));
    const name = readColumn("split", Array.from({ length: 200 }, (_, at) => (at % 2 ? "train" : "val")));
    const digit = readColumn("Label", Array.from({ length: 200 }, (_, at) => String(at % 10)));
    expect(columnToColor([index, name, digit])?.name).toBe("Label");
    expect(columnToColor([index, name])?.name).toBe("split");
    expect(columnToColor([index])?.name).toBe("index");
    expect(columnToColor([readColumn("same", ["x", "x"])])).toBeNull();
  });

  it("finds by words and by expressions, and says why an expression is none", () => {
    const column = readColumn("label", ["red apple", "green Apple", "pear"]);
    expect(searched(column, "apple red").rows).toEqual([0]);
    expect(searched(column, "/apple$/").rows).toEqual([0, 1]);
    expect(searched(column, "/(/").error).toContain("expression");
    expect(searched(column, "").rows).toEqual([]);
  });

  it("joins the rows of one value, and follows the rows that a column names", () => {
    expect([...sequences(readColumn("word", ["a", "b", "a", "a", ""]), all(5))]).toEqual([0, 2, 2, 3]);
    expect([...sequences(readColumn("word", ["a", "b", "a", "a", ""]), Uint32Array.of(0, 3, 4))]).toEqual([0, 3]);
    expect([...nextRows(readColumn("__next__", ["1", "", "0", "9"]), all(4))]).toEqual([0, 1, 2, 0]);
  });
});

describe("colours", () => {
  it("are one a class, with counts", () => {
    const { colors, legend } = colored(readColumn("c", ["b", "a", "b"]), null, 3, "dark");
    expect(colors.slice(0, 3)).toEqual(colors.slice(6, 9));
    expect(colors.slice(0, 3)).not.toEqual(colors.slice(3, 6));
    expect(legend.kind === "classes" && legend.entries.map(({ value, count }) => [value, count])).toEqual([["a", 1], ["b", 2]]);
  });

  it("are grey beyond fifty classes, the largest being told apart", () => {
    const column = readColumn("c", Array.from({ length: 200 }, (_, at) => (at < 120 ? `v${at % 40}` : `w${at}`)));
    const { legend } = colored(column, null, 200, "light");
    expect(legend.kind === "classes" && [legend.entries.length, legend.others]).toEqual([50, 70]);
  });

  it("run from the lowest to the highest number, and grey for what is none", () => {
    const column = readColumn("n", ["0", "5", "10", "nan", ...Array.from({ length: 30 }, (_, at) => String(at / 7))]);
    const { colors, legend } = colored(column, null, 34, "dark");
    expect(legend).toMatchObject({ kind: "numbers", low: 0, high: 10, missing: 1 });
    expect(new Set([0, 1, 2, 3].map((row) => [...colors.slice(row * 3, row * 3 + 3)].join())).size).toBe(4);
    expect(colored(column, true, 34, "dark").legend.kind).toBe("classes");
  });
});

describe("files", () => {
  it("are NumPy's, the head a multiple of 64", async () => {
    const bytes = new Uint8Array(await new Response(asNpy([Float32Array.of(1, 2), Float32Array.of(3, 4)])).arrayBuffer());
    const head = 10 + bytes[8]! + bytes[9]! * 256;
    expect(head % 64).toBe(0);
    expect(new TextDecoder().decode(bytes.slice(10, head))).toContain("'shape': (2, 2)");
    expect([...new Float32Array(bytes.buffer.slice(head))]).toEqual([1, 3, 2, 4]);
  });

  it("are tables with labels that hold no tabs", () => {
    expect(asTsv([Float32Array.of(0.5, 1)], ["x"], [{ name: "a\tb", values: ["1\t2", "z"] }], [1, 0])).toBe("row\tx\ta b\n1\t1\tz\n0\t0.5\t1 2\n");
  });
});

describe("layouts from the server", () => {
  const answer = (header: object, body: ArrayBufferLike): ArrayBuffer => {
    const text = new TextEncoder().encode(JSON.stringify(header).padEnd(Math.ceil((JSON.stringify(header).length + 8) / 8) * 8));
    const whole = new Uint8Array(8 + text.length + body.byteLength);
    whole.set(new TextEncoder().encode("GBC2"));
    new DataView(whole.buffer).setUint32(4, text.length, true);
    whole.set(text, 8);
    whole.set(new Uint8Array(body), 8 + text.length);
    return whole.buffer;
  };

  it("are columns in their order, or none", () => {
    const made = decodeProjection(answer({ columns: { c1: ["f4", 8, 2], c0: ["f4", 0, 2] } }, Float32Array.of(1, 2, 3, 4).buffer));
    expect(made.columns?.map((column) => [...column])).toEqual([[1, 2], [3, 4]]);
    expect(decodeProjection(answer({ columns: {} }, new ArrayBuffer(0))).columns).toBeNull();
  });

  it("are refused where they are cut", () => {
    expect(() => decodeProjection(answer({ columns: { c0: ["f4", 0, 9] } }, new ArrayBuffer(8)))).toThrow("broken");
    expect(() => decodeProjection(new ArrayBuffer(4))).toThrow("cannot be read");
  });
});
