/** The recorded answers in a page that is a file of its own (docs/design/0007): finds them by what was asked. */

import type { Exchange } from "./http";
import type { SnapshotInfo } from "./source";

type Query = Readonly<Record<string, string | number>>;

interface Recorded {
  readonly route: string;
  readonly query: Query;
  readonly type: string;
  /** 200 where absent. */
  readonly status?: number;
  /** Of a page of samples: the name of its list. */
  readonly list?: string;
  /** Of scalars: run, tag and segment of each series in it. */
  readonly series?: readonly (readonly [run: string, tag: string, segment: number | null])[];
  /** 1 where absent. */
  readonly items?: number;
  /** What an item says of itself beside its bytes, such as the rate of a video. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly block: number;
  readonly offset: number;
  readonly length: number;
}

interface Index {
  readonly version: number;
  readonly snapshot: SnapshotInfo;
  /** How each block is packed. */
  readonly blocks: readonly ("gzip" | "plain")[];
  readonly answers: readonly Recorded[];
}

/** Gives the text of a block, base64: `index`, or a number. */
export type ReadBlock = (name: string) => string;

export interface SeriesPlace {
  readonly answer: Recorded;
  /** Which series of that answer it is. */
  readonly at: number;
}

/** Unpacked blocks that are kept; each takes some 200 kB. */
const MOST_BLOCKS = 64;
/** Of a question only these tell answers apart: a recorded sample is found by its number, which does not change. */
const IGNORED = new Set(["key", "first", "count", "after"]);

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function keyOf(route: string, query: Iterable<readonly [string, string]>): string {
  const told = [...query].filter(([name, value]) => !IGNORED.has(name) && !(name === "item" && value === "0"));
  return JSON.stringify([route, ...told.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

const texts = (query: Query) => Object.entries(query).map(([name, value]) => [name, String(value)] as const);

export class Archive implements Exchange {
  readonly info: SnapshotInfo;
  readonly #read: ReadBlock;
  readonly #index: Index;
  /** Several where a list was recorded page by page. */
  readonly #answers = new Map<string, Recorded[]>();
  readonly #series = new Map<string, SeriesPlace>();
  readonly #blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #addresses = new Map<Recorded, string>();

  /** Rejects where the index cannot be read. */
  static async open(read: ReadBlock): Promise<Archive> {
    const index = JSON.parse(new TextDecoder().decode(await unpacked(bytesOf(read("index"))))) as Index;
    if (index.version !== 1) throw new Error(`the snapshot is of version ${index.version}, this page reads version 1`);
    return new Archive(index, read);
  }

  private constructor(index: Index, read: ReadBlock) {
    this.#index = index;
    this.#read = read;
    this.info = index.snapshot;
    for (const answer of index.answers) {
      answer.series?.forEach(([run, tag, segment], at) => this.#series.set(JSON.stringify([run, tag, segment]), { answer, at }));
      const key = keyOf(answer.route, texts(answer.query));
      const known = this.#answers.get(key);
      if (known) known.push(answer);
      else this.#answers.set(key, [answer]);
    }
  }

  /** Where a scalar series is; undefined where it did not come along. */
  scalarSeries(run: string, tag: string, segment: number | null): SeriesPlace | undefined {
    return this.#series.get(JSON.stringify([run, tag, segment]));
  }

  async bytes(answer: Recorded): Promise<Uint8Array<ArrayBuffer>> {
    const block = await this.#block(answer.block);
    return block.slice(answer.offset, answer.offset + answer.length);
  }

  /** Answers a GET as the server did when the file was made; 404 for what did not come along. */
  async ask(url: string, init: RequestInit): Promise<Response> {
    init.signal?.throwIfAborted();
    const { route, query } = parsed(url);
    const found = this.#answers.get(keyOf(route, query));
    const [first] = found ?? [];
    if (!first || (init.method ?? "GET") !== "GET") {
      const body = { error: { code: "not_found", message: "This snapshot holds no such data: it was left out, or is no part of snapshots." } };
      return Response.json(body, { status: 404 });
    }
    if (first.list) return Response.json(await this.#page(found!, first.list, Number(query.get("first") ?? 0), Number(query.get("count") ?? 50)));
    const headers = { ...first.headers, "Content-Type": first.type, "Content-Length": String(first.length), "X-Glassboard-Items": String(first.items ?? 1) };
    return new Response(await this.bytes(first), { status: first.status ?? 200, headers });
  }

  /** Made at once: media lie in the file as they are. */
  address(url: string): string {
    const { route, query } = parsed(url);
    const answer = this.#answers.get(keyOf(route, query))?.[0];
    if (!answer || this.#index.blocks[answer.block] !== "plain" || (answer.status ?? 200) !== 200) return "data:,";
    const known = this.#addresses.get(answer);
    if (known) return known;
    const block = bytesOf(this.#read(String(answer.block)));
    const made = URL.createObjectURL(new Blob([block.subarray(answer.offset, answer.offset + answer.length)], { type: answer.type }));
    this.#addresses.set(answer, made);
    return made;
  }

  /** Samples `first` to `first + count` of a list that was recorded in pages. */
  async #page(pages: readonly Recorded[], list: string, first: number, count: number): Promise<object> {
    let answer: Record<string, unknown> = {};
    const samples: unknown[] = [];
    for (const page of pages) {
      const from = Number(page.query.first ?? 0);
      const after = pages[pages.indexOf(page) + 1];
      const stop = after ? Number(after.query.first) : Infinity;
      if (page !== pages[0] && (stop <= first || from >= first + count)) continue;
      answer = JSON.parse(new TextDecoder().decode(await this.bytes(page))) as Record<string, unknown>;
      samples.push(...(answer[list] as unknown[]).slice(Math.max(0, first - from), Math.max(0, first + count - from)));
    }
    return { ...answer, [list]: samples };
  }

  #block(number: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#blocks.get(number);
    this.#blocks.delete(number);
    const packed = () => bytesOf(this.#read(String(number)));
    const block = known ?? (this.#index.blocks[number] === "gzip" ? unpacked(packed()) : Promise.resolve(packed()));
    this.#blocks.set(number, block);
    if (this.#blocks.size > MOST_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
    return block;
  }
}

function parsed(url: string): { route: string; query: URLSearchParams } {
  const [path = "", query = ""] = url.split("?", 2);
  return { route: path.slice(path.lastIndexOf("/") + 1), query: new URLSearchParams(query) };
}
