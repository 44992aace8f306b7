/**
 * The tree of scopes: node names part at `/`. Items 0 to n - 1 are the nodes, the others groups; the first group is the whole graph.
 * A scope with more in it than one can look at is parted further: series of a name (`conv_1`, `conv_2`, …), then stretches in the order of the flow.
 */

import { compareNatural } from "../lib/natural";
import type { ModuleData } from "./data";
import type { GraphModel } from "./model";

export type GroupKind = "root" | "scope" | "series" | "stretch";

/** More children than these are parted into groups of their own. */
export const MOST_CHILDREN = 48;
const SHORTEST_SERIES = 5;
/** Scopes within scopes; what a name holds beyond stays together. */
const DEEPEST = 48;

export interface Group {
  readonly id: number;
  /** Where it is, the same for everybody who opens the graph: a scope ends with `/`. */
  readonly path: string;
  label: string;
  readonly kind: GroupKind;
  parent: number;
  children: number[];
  /** Nodes inside, at any depth. */
  leafCount: number;
}

export class GraphTree {
  readonly model: GraphModel;
  readonly root: number;
  readonly #groups: Group[] = [];
  /** Of each node the group it lies in. */
  readonly #parents: Int32Array;
  readonly #labels = new Map<number, string>();
  readonly #byPath = new Map<string, number>();
  readonly #ofScope = new Map<string, number>();
  readonly #moduleOf = new Map<number, ModuleData>();
  readonly #ranks: Float64Array;
  readonly #numbers = new Map<number, [parameters: number, flops: number, memory: number]>();

  constructor(model: GraphModel) {
    this.model = model;
    this.root = model.count;
    this.#parents = new Int32Array(model.count).fill(this.root);
    this.#ranks = flowRanks(model);
    this.#add("", "", "root", -1);
    this.#place();
    for (const { scope, call_count } of model.data.modules) if (call_count > 1) this.#dissolve(scopeKey(scope), call_count);
    this.#join(this.root);
    for (const module of model.data.modules) {
      const item = this.#ofScope.get(scopeKey(module.scope));
      // Of several calls none is all of the module.
      if (item !== undefined && !(module.call_count > 1 && !this.isGroup(item)) && !this.#moduleOf.has(item)) this.#moduleOf.set(item, module);
    }
    for (let at = 0; at < this.#groups.length; at += 1) this.#part(this.#groups[at]!);
    this.#count(this.root);
  }

  isGroup(item: number): boolean {
    return item >= this.model.count;
  }

  group(item: number): Group {
    return this.#groups[item - this.model.count]!;
  }

  get groups(): readonly Group[] {
    return this.#groups;
  }

  parent(item: number): number {
    return this.isGroup(item) ? this.group(item).parent : this.#parents[item]!;
  }

  children(item: number): readonly number[] {
    return this.isGroup(item) ? this.group(item).children : [];
  }

  label(item: number): string {
    if (this.isGroup(item)) return this.group(item).label;
    return this.#labels.get(item) ?? lastPart(this.model.name(item));
  }

  /** What the link calls it; nodes that share a name are told apart by their number. */
  path(item: number): string {
    if (this.isGroup(item)) return this.group(item).path;
    const name = this.model.name(item);
    return this.#byPath.get(name) === item ? name : `${name}#${item}`;
  }

  find(path: string): number | null {
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const number = Number(/#(\d+)$/.exec(path)?.[1] ?? NaN);
    return Number.isInteger(number) && number < this.model.count && this.path(number) === path ? number : null;
  }

  /** The item of a module's scope; null where nothing of it is in the graph. */
  ofScope(scope: string): number | null {
    return this.#ofScope.get(scopeKey(scope)) ?? null;
  }

  module(item: number): ModuleData | null {
    return this.#moduleOf.get(item) ?? null;
  }

  /** From the item's parent up to the whole graph. */
  ancestors(item: number): number[] {
    const found: number[] = [];
    for (let at = this.parent(item); at >= 0; at = this.parent(at)) found.push(at);
    return found;
  }

  /** Nodes inside an item, itself where it is one. */
  leaves(item: number): number[] {
    if (!this.isGroup(item)) return [item];
    const found: number[] = [];
    const stack = [item];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (this.isGroup(at)) stack.push(...this.group(at).children);
      else found.push(at);
    }
    return found.sort((a, b) => a - b);
  }

  /** Class of a module, what a group is, or the operation. */
  type(item: number): string {
    const module = this.#moduleOf.get(item);
    if (module) return module.class_name;
    if (!this.isGroup(item)) return this.model.op(item);
    const { kind } = this.group(item);
    return kind === "scope" ? "scope" : kind === "root" ? "graph" : kind;
  }

  parameters(item: number): number {
    return this.#numbersOf(item)[0];
  }

  flops(item: number): number {
    return this.#numbersOf(item)[1];
  }

  /** Bytes: of a group what its operations made, of a node what its outputs take. */
  memory(item: number): number {
    return this.#numbersOf(item)[2];
  }

  /** Where in the flow it stands: the earliest of its nodes. */
  rank(item: number): number {
    return this.isGroup(item) ? Math.min(...this.group(item).children.slice(0, 200).map((child) => this.rank(child))) : this.#ranks[item]!;
  }

  #numbersOf(item: number): [number, number, number] {
    const { model } = this;
    const module = this.#moduleOf.get(item);
    if (module) return [module.parameter_count, module.flops, module.activation_bytes];
    if (!this.isGroup(item)) return [model.parameters[item]!, model.flops[item]!, model.memory[item]!];
    const known = this.#numbers.get(item);
    if (known) return known;
    const found: [number, number, number] = [0, 0, 0];
    for (const child of this.group(item).children) {
      const [parameters, flops, memory] = this.#numbersOf(child);
      const stored = !this.isGroup(child) && model.parameters[child]! > 0;
      found[0] += parameters;
      found[1] += flops;
      found[2] += stored ? 0 : memory;
    }
    this.#numbers.set(item, found);
    return found;
  }

  #add(path: string, label: string, kind: GroupKind, parent: number): number {
    const id = this.model.count + this.#groups.length;
    this.#groups.push({ id, path, label, kind, parent, children: [], leafCount: 0 });
    if (path !== "") this.#byPath.set(path, id);
    return id;
  }

  #scope(parts: readonly string[], end: number): number {
    if (end === 0) return this.root;
    const key = parts.slice(0, end).join("/");
    const known = this.#ofScope.get(key);
    if (known !== undefined) return known;
    const parent = this.#scope(parts, end - 1);
    const id = this.#add(`${key}/`, parts[end - 1]!, "scope", parent);
    this.#ofScope.set(key, id);
    this.group(parent).children.push(id);
    return id;
  }

  #place(): void {
    const { model } = this;
    const places: number[] = [];
    for (let node = 0; node < model.count; node += 1) {
      const name = model.name(node);
      if (!this.#byPath.has(name)) this.#byPath.set(name, node);
      // Most nodes share their scope with the one before.
      const prefix = name.slice(0, Math.max(0, name.lastIndexOf("/")));
      const known = this.#ofScope.get(prefix);
      if (known !== undefined) places.push(known);
      else {
        const parts = name.split("/").filter(Boolean);
        places.push(this.#scope(parts, Math.min(DEEPEST, Math.max(0, parts.length - 1))));
      }
    }
    places.forEach((parent, node) => {
      // A node that has the name of a scope stands within it, as its own result.
      const own = this.#ofScope.get(scopeKey(model.name(node)));
      if (own !== undefined) this.#labels.set(node, `(${lastPart(model.name(node))})`);
      const place = own ?? parent;
      this.#parents[node] = place;
      this.group(place).children.push(node);
    });
  }

  /** A layer that ran several times stands at each of its places: as one box its lines would run in a circle. */
  #dissolve(scope: string, calls: number): void {
    const id = this.#ofScope.get(scope);
    if (id === undefined || !this.isGroup(id)) return;
    const group = this.group(id);
    const operations = group.children.filter((child) => this.isGroup(child) || !this.model.isSource(child));
    if (operations.length < 2 || group.children.some((child) => this.isGroup(child))) return;
    if (operations.length === calls) operations.forEach((node, at) => this.#labels.set(node, `${group.label}, call ${at + 1}`));
    const parent = this.group(group.parent);
    parent.children = parent.children.flatMap((child) => (child === id ? group.children : [child]));
    for (const child of group.children) this.#parents[child] = parent.id;
    this.#ofScope.set(scope, operations[0]!);
    this.#byPath.set(group.path, operations[0]!);
    group.children = [];
    group.parent = -2;
  }

  /** A scope that holds one thing alone is that thing. */
  #join(id: number): void {
    const group = this.group(id);
    group.children = group.children.map((child) => {
      if (!this.isGroup(child)) return child;
      this.#join(child);
      const inner = this.group(child);
      if (inner.children.length !== 1) return child;
      const only = inner.children[0]!;
      const label = this.label(only) === inner.label || !this.isGroup(only) ? inner.label : `${inner.label}/${this.label(only)}`;
      if (this.isGroup(only)) {
        this.group(only).label = label;
        this.group(only).parent = id;
      } else {
        this.#labels.set(only, inner.label === "input" || inner.label === "output" ? this.label(only) : label);
        this.#parents[only] = id;
      }
      inner.parent = -2;
      this.#byPath.set(inner.path, only);
      const scope = scopeKey(inner.path);
      if (this.#ofScope.get(scope) === child) this.#ofScope.set(scope, only);
      return only;
    });
  }

  #part(group: Group): void {
    const { model } = this;
    if (group.parent === -2) return;
    const counted = group.children.filter((child) => this.isGroup(child) || !model.isSource(child)).length;
    if (counted <= MOST_CHILDREN) return;
    const series = new Map<string, number[]>();
    for (const child of group.children) {
      const stem = this.label(child).replace(/[_\-[.]?\d+\]?$/, "");
      const key = `${stem} ${this.isGroup(child) ? "" : model.op(child)}`;
      const members = series.get(key);
      if (members) members.push(child);
      else series.set(key, [child]);
    }
    const isParted = [...series.values()].some((members) => members.length >= SHORTEST_SERIES && members.length < group.children.length) && series.size <= MOST_CHILDREN && group.kind !== "series";
    const before = group.children;
    group.children = [];
    if (isParted) {
      for (const members of series.values()) {
        if (members.length < SHORTEST_SERIES) group.children.push(...members);
        else {
          const [first, last] = this.#ends(members);
          this.#wrap(group, `${group.path}*${first}`, `${first} … ${last}`, "series", members);
        }
      }
      return;
    }
    const ordered = before.map((child) => [this.rank(child), child] as const).sort((a, b) => a[0] - b[0]).map(([, child]) => child);
    const length = Math.max(20, Math.ceil(ordered.length / 32));
    for (let at = 0; at < ordered.length; at += length) {
      const members = ordered.slice(at, at + length);
      this.#wrap(group, `${group.path}@${at}`, `${at + 1} to ${at + members.length} of ${ordered.length}`, "stretch", members);
    }
  }

  /** The first and the last of their names as people count. */
  #ends(members: readonly number[]): readonly [string, string] {
    let [first, last] = [this.label(members[0]!), this.label(members[0]!)];
    for (const member of members) {
      const name = this.label(member);
      if (compareNatural(name, first) < 0) first = name;
      if (compareNatural(name, last) > 0) last = name;
    }
    return [first, last];
  }

  #wrap(group: Group, path: string, label: string, kind: GroupKind, members: number[]): void {
    const id = this.#add(path, label, kind, group.id);
    this.group(id).children = members;
    group.children.push(id);
    for (const member of members) {
      if (this.isGroup(member)) this.group(member).parent = id;
      else this.#parents[member] = id;
    }
  }

  #count(id: number): number {
    const group = this.group(id);
    group.leafCount = group.children.reduce((sum, child) => sum + (this.isGroup(child) ? this.#count(child) : 1), 0);
    return group.leafCount;
  }
}

/** Without the slashes that part nothing; most names have none, and are looked at as they are. */
const scopeKey = (scope: string): string => (/^\/|\/$|\/\//.test(scope) ? scope.split("/").filter(Boolean).join("/") : scope);

function lastPart(name: string): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  if (last !== "") return last;
  return name.split("/").filter(Boolean).at(-1) ?? name;
}

/** How far along the flow each node stands; what only gives values stands just before the first that takes it. Of a cycle the rest keep their order. */
export function flowRanks(model: GraphModel): Float64Array {
  const { count, sources } = model;
  const ranks = new Float64Array(count).fill(NaN);
  const waiting = new Int32Array(count);
  for (let node = 0; node < count; node += 1) {
    for (let edge = model.inStart[node]!; edge < model.inStart[node + 1]!; edge += 1) if (sources[edge]! >= 0) waiting[node]! += 1;
  }
  let front: number[] = [];
  for (let node = 0; node < count; node += 1) if (waiting[node] === 0) front.push(node);
  let rank = 0;
  while (front.length > 0) {
    const next: number[] = [];
    for (const node of front) {
      ranks[node] = rank;
      rank += 1;
      for (let at = model.outStart[node]!; at < model.outStart[node + 1]!; at += 1) {
        const target = model.targets[model.outEdges[at]!]!;
        waiting[target]! -= 1;
        if (waiting[target] === 0) next.push(target);
      }
    }
    front = next;
  }
  for (let node = 0; node < count; node += 1) if (Number.isNaN(ranks[node])) ranks[node] = rank + node;
  for (let node = 0; node < count; node += 1) {
    if (model.inStart[node] !== model.inStart[node + 1]) continue;
    let first = Infinity;
    for (let at = model.outStart[node]!; at < model.outStart[node + 1]!; at += 1) first = Math.min(first, ranks[model.targets[model.outEdges[at]!]!]!);
    if (first < Infinity) ranks[node] = first - 0.5;
  }
  return ranks;
}
