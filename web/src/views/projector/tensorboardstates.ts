/** Bookmarks as TensorBoard's projector keeps them: a list of states with the places of all points in each. */

import { membersOf } from "../../lib/json";
import { START, type Algorithm, type ProjectorLink } from "./link";
import { packed } from "./rows";

export interface Named {
  readonly name: string;
  readonly look: ProjectorLink;
}

/** What is shown now, with the places of its points: those of other layouts are not at hand. */
export interface Shown {
  readonly look: ProjectorLink;
  readonly columns: readonly Float32Array[];
}

/** The places that TensorBoard computes anew when it opens an embedding. */
const COMPUTED: readonly Algorithm[] = ["pca"];

/** Bookmarks that TensorBoard can show, and how many it cannot: of a layout that is not shown no places are known. */
export function asStates(bookmarks: readonly Named[], shown: Shown, size: readonly [number, number]): { readonly states: readonly object[]; readonly left: number } {
  const kept = bookmarks.filter(({ look }) => COMPUTED.includes(look.algorithm) && !look.sphereize);
  const states = kept.map(({ name, look }) => stateOf(name, look, size, []));
  // Where nothing is computed but PCA, the layout that one looks at goes with its places.
  if (!COMPUTED.includes(shown.look.algorithm)) states.unshift(stateOf("As it was shown", shown.look, size, placesOf(shown)));
  return { states, left: bookmarks.length - kept.length };
}

function placesOf({ look, columns }: Shown): object[] {
  const names = look.algorithm === "custom" ? ["linear-x", "linear-y", "linear-z"] : ["0", "1", "2"].map((at) => `${look.algorithm}-${at}`);
  // What has no place would be NaN, which is no JSON.
  const value = (number: number): number => (Number.isFinite(number) ? Number(number.toPrecision(7)) : 0);
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => Object.fromEntries(columns.slice(0, 3).map((column, at) => [names[at]!, value(column[row]!)])));
}

function stateOf(label: string, look: ProjectorLink, size: readonly [number, number], projections: readonly object[]): object {
  const in3d = look.dimensions === 3;
  const search = (text: string): { text: string; regex: boolean } => {
    const between = /^\/(.*)\/$/.exec(text);
    return { text: between ? between[1]! : text, regex: between !== null };
  };
  const [left, right, down, up] = look.axes.map(search) as [ReturnType<typeof search>, ReturnType<typeof search>, ReturnType<typeof search>, ReturnType<typeof search>];
  return {
    label, isSelected: false, selectedProjection: look.algorithm, dataSetDimensions: size,
    tSNEIteration: look.algorithm === "tsne" ? look.iterations : 0, tSNEPerplexity: look.perplexity, tSNELearningRate: look.rate ?? 10, tSNEis3d: in3d,
    umapIs3d: in3d, umapNeighbors: look.neighbors, umapMinDist: look.minDist,
    pcaComponentDimensions: look.components.slice(0, look.dimensions),
    customSelectedSearchByMetadataOption: look.searchColumn, customXLeftText: left.text, customXLeftRegex: left.regex, customXRightText: right.text, customXRightRegex: right.regex,
    customYDownText: down.text, customYDownRegex: down.regex, customYUpText: up.text, customYUpRegex: up.regex,
    projections, filteredPoints: look.isolated.length > 0 ? look.isolated : null, selectedPoints: look.point === null ? look.selected : [look.point], cameraDef: null,
    selectedColorOptionName: look.color ?? "", forceCategoricalColoring: look.categorical === true, selectedLabelOption: look.label ?? "",
  };
}

/** Looks out of a file of TensorBoard's, each as the members of a link; null where it is none. Cameras are of another kind, and stay behind. */
export function readStates(text: string): readonly { readonly name: string; readonly look: object }[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) || parsed.length === 0) return null;
  const states = (parsed as unknown[]).map(membersOf);
  if (!states.every((state) => typeof state.selectedProjection === "string")) return null;
  return states.map((state, at) => ({ name: String(state.label ?? "").trim() || `State ${at + 1}`, look: lookOf(state) }));
}

function lookOf(state: Readonly<Record<string, unknown>>): object {
  const algorithm = state.selectedProjection;
  const components = Array.isArray(state.pcaComponentDimensions) ? (state.pcaComponentDimensions as unknown[]) : [];
  const in3d = algorithm === "pca" ? components.length > 2 : algorithm === "tsne" ? state.tSNEis3d === true : algorithm === "umap" && (state.umapIs3d ?? state.UMAPis3d) === true;
  const rows = (value: unknown): number[] => packed(Array.isArray(value) ? (value as unknown[]).filter((row): row is number => Number.isSafeInteger(row)) : []);
  const end = (name: string): string => {
    const own = typeof state[`${name}Text`] === "string" ? (state[`${name}Text`] as string) : "";
    return state[`${name}Regex`] === true && own !== "" ? `/${own}/` : own;
  };
  const named = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
  return {
    algorithm, dimensions: in3d ? 3 : 2, components: [...components, ...START.components.slice(components.length)].slice(0, 3),
    perplexity: state.tSNEPerplexity, neighbors: state.umapNeighbors, minDist: state.umapMinDist,
    axes: ["customXLeft", "customXRight", "customYDown", "customYUp"].map(end), searchColumn: named(state.customSelectedSearchByMetadataOption) ?? "",
    isolated: rows(state.filteredPoints), selected: rows(state.selectedPoints), color: named(state.selectedColorOptionName), label: named(state.selectedLabelOption),
    ...(state.forceCategoricalColoring === true ? { categorical: true } : {}),
  };
}
