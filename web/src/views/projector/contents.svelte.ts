/** What the server holds of the embedding that is shown: labels, pictures, and the neighbours of the point chosen. */

import type { DataSource, EmbeddingItem, ExampleSource, Neighbor } from "../../api/source";
import { messageOf } from "../../lib/messageof";
import { SpriteSheet } from "../../projector/sprites";
import type { Bookmark } from "../../state/bookmarks.svelte";
import { bookmarksOfData } from "./bookmarks";
import type { ProjectorLink } from "./link";
import { readColumn, type Column } from "./metadata";

const NONE: readonly never[] = [];
const nothing = (): void => {};

export class EmbeddingContents {
  readonly #source: DataSource;

  columns = $state.raw<readonly Column[]>(NONE);
  metadataProblem = $state<string | null>(null);
  sprites = $state.raw<SpriteSheet | null>(null);
  spriteProblem = $state<string | null>(null);
  /** Looks that come with the data; null until their file was read. */
  bookmarks = $state.raw<ReadonlyMap<string, Bookmark> | null>(null);
  bookmarkProblem = $state<string | null>(null);
  /** Of the embedding, once a point is chosen. */
  examples = $state.raw<readonly ExampleSource[]>(NONE);
  neighbors = $state.raw<readonly Neighbor[] | null>(null);
  neighborProblem = $state<string | null>(null);

  constructor(source: DataSource) {
    this.#source = source;
  }

  column(name: string): Column | null {
    return this.columns.find((column) => column.name === name) ?? null;
  }

  close(): void {
    this.#showSprites(null);
  }

  /** Each returns what gives it up. */
  loadLabels(item: EmbeddingItem | null): () => void {
    if (!item?.has_metadata) {
      this.columns = NONE;
      this.metadataProblem = null;
      return nothing;
    }
    const stop = new AbortController();
    this.#source.embeddingMetadata({ run: item.run, name: item.name }, stop.signal).then(
      ({ columns, problem }) => {
        this.columns = columns.map(({ name, values }) => readColumn(name, values));
        this.metadataProblem = problem;
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        this.columns = NONE;
        this.metadataProblem = `The labels cannot be read: ${messageOf(error)}`;
      },
    );
    return () => stop.abort();
  }

  loadSprites(item: EmbeddingItem | null): () => void {
    if (!item?.sprite) {
      this.#showSprites(null);
      this.spriteProblem = null;
      return nothing;
    }
    const stop = new AbortController();
    const { width, height } = item.sprite;
    this.#source
      .embeddingSprite({ run: item.run, name: item.name }, stop.signal)
      .then((image) => SpriteSheet.of(image, width, height))
      .then(
        (sheet) => {
          if (stop.signal.aborted) return sheet.close();
          this.spriteProblem = null;
          this.#showSprites(sheet);
        },
        (error: unknown) => {
          if (stop.signal.aborted) return;
          this.#showSprites(null);
          this.spriteProblem = `The pictures cannot be shown: ${messageOf(error)}`;
        },
      );
    return () => stop.abort();
  }

  /** Read when they are looked at: with the places of all points they may be large. */
  loadBookmarks(item: EmbeddingItem | null, step: number | null): () => void {
    this.bookmarks = null;
    this.bookmarkProblem = null;
    if (!item?.bookmarks_path) return nothing;
    const stop = new AbortController();
    this.#source
      .embeddingBookmarks({ run: item.run, name: item.name }, stop.signal)
      .then((text) => bookmarksOfData(text, [item.run, item.tag], step))
      .then(
        (found) => {
          if (!stop.signal.aborted) this.bookmarks = found;
        },
        (error: unknown) => {
          if (!stop.signal.aborted) this.bookmarkProblem = `${item.bookmarks_path} was not opened. ${messageOf(error)}`;
        },
      );
    return () => stop.abort();
  }

  /** Without predictions of its run, or where they cannot be read, there is no way to them. */
  loadExamples(item: EmbeddingItem | null): () => void {
    this.examples = NONE;
    if (item === null || item.error !== null) return nothing;
    const stop = new AbortController();
    this.#source.embeddingExamples({ run: item.run, name: item.name }, stop.signal).then(
      (found) => (this.examples = found),
      () => {},
    );
    return () => stop.abort();
  }

  loadNeighbors(item: EmbeddingItem | null, { point, count, metric, sphereize }: ProjectorLink): () => void {
    this.neighborProblem = null;
    if (item === null || point === null) {
      this.neighbors = null;
      return nothing;
    }
    const stop = new AbortController();
    this.#source.neighbors({ run: item.run, name: item.name, point, count, metric, sphereize }, stop.signal).then(
      (found) => (this.neighbors = found),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        this.neighbors = null;
        this.neighborProblem = messageOf(error);
      },
    );
    return () => stop.abort();
  }

  #showSprites(sheet: SpriteSheet | null): void {
    this.sprites?.close();
    this.sprites = sheet;
  }
}
