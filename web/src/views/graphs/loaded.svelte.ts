/** The graph of a run and tag, loaded when they are chosen and again when the run logs another one. */

import type { GraphAnswer, GraphAttribute, GraphRef, SampleList } from "../../api/source";
import { GraphTree } from "../../graph/hierarchy";
import { GraphModel } from "../../graph/model";
import { messageOf } from "../../lib/messageof";
import type { PageState } from "../../state/context";

/** Nodes whose attributes are asked for together. */
const PAGE = 256;

export class LoadedGraph {
  readonly #page: PageState;
  samples = $state.raw<SampleList | null>(null);
  answer = $state.raw<GraphAnswer | null>(null);
  error = $state<string | null>(null);
  readonly tree = $derived(this.answer === null ? null : new GraphTree(new GraphModel(this.answer)));
  #key: string | null = null;
  #ref: GraphRef | null = null;
  #attributes = new Map<number, Promise<void>>();
  /** By node, as far as they were asked for. */
  attributes = $state.raw<ReadonlyMap<number, readonly GraphAttribute[]>>(new Map());

  constructor(page: PageState) {
    this.#page = page;
  }

  get ref(): GraphRef | null {
    return this.#ref;
  }

  /** Call within an effect; returns what gives it up. */
  load(run: string, tag: string, sample: number | null): () => void {
    const stop = new AbortController();
    void this.#load(run, tag, sample, stop.signal).catch((error: unknown) => {
      if (stop.signal.aborted) return;
      this.error = messageOf(error);
      this.answer = null;
      this.#key = null;
    });
    return () => stop.abort();
  }

  async #load(run: string, tag: string, sample: number | null, signal: AbortSignal): Promise<void> {
    const { source } = this.#page;
    const samples = await source.samples({ run, tag, kind: "graph" }, signal);
    if (signal.aborted) return;
    this.samples = samples;
    const number = Math.min(sample ?? Infinity, samples.steps.length - 1);
    const key = samples.keys[number];
    const known = JSON.stringify([run, tag, key]);
    if (number < 0 || (this.#key === known && this.answer !== null)) return;
    const ref: GraphRef = { run, tag, sample: number, ...(key === undefined ? {} : { key }) };
    const answer = await source.graph(ref, signal);
    if (signal.aborted) return;
    this.#key = known;
    this.#ref = ref;
    this.#attributes = new Map();
    this.attributes = new Map();
    this.error = null;
    this.answer = answer;
  }

  /** Asks for what a node says of itself, with the nodes beside it. */
  wantAttributes(node: number): void {
    const first = Math.floor(node / PAGE) * PAGE;
    const ref = this.#ref;
    if (ref === null || this.#attributes.has(first)) return;
    const asked = this.#attributes;
    const taken = async (): Promise<void> => {
      let at = first;
      while (at < first + PAGE) {
        const { nodes } = await this.#page.source.graphAttributes(ref, at, first + PAGE - at);
        if (ref !== this.#ref || nodes.length === 0) return;
        this.attributes = new Map([...this.attributes, ...nodes.map((one) => [one.node, one.attributes] as const)]);
        at += nodes.length;
        if (at > node) return;
      }
    };
    // What failed is asked for again with the next node that is chosen.
    asked.set(first, taken().catch(() => void asked.delete(first)));
  }
}
