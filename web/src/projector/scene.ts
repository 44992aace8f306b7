/** The one place that knows three.js: a cloud of points on a canvas. Loaded when a projector is opened. */

import { BufferAttribute, BufferGeometry, Color, GLSL3, LinearFilter, LineSegments, NearestFilter, Points, Sphere, RawShaderMaterial, Scene, Texture, Vector2, Matrix4, WebGLRenderer, Camera as ThreeCamera, SRGBColorSpace, LinearSRGBColorSpace, ColorManagement } from "three";
import { distanceOf, matrixOf, type Camera } from "./camera";
import { LINE_FRAGMENT, LINE_VERTEX, POINT_FRAGMENT, POINT_VERTEX } from "./shaders";
import type { SpriteSheet } from "./sprites";

// Colours are those of the page's style sheet, drawn as they are.
ColorManagement.enabled = false;

const EVERYTHING = new Sphere(undefined, 2);

export interface CloudLook {
  background: string;
  /** Around points that are meant. */
  mark: string;
  /** CSS pixels. */
  dotSize: number;
  pictureSize: number;
  /** Of the points shown, the part that is drawn: the last ones. */
  part: number;
}

/** Throws where the browser has no WebGL 2. Draws only when asked; `dispose` gives everything back. */
export class CloudScene {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new ThreeCamera();
  readonly #uniforms = {
    matrix: { value: new Matrix4() },
    dotSize: { value: 4 },
    pictureSize: { value: 0 },
    eyeDistance: { value: 0 },
    ratio: { value: 1 },
    background: { value: new Color() },
    mark: { value: new Color() },
    strength: { value: 0.55 },
  };
  #clouds: Points[] = [];
  #lines: LineSegments | null = null;
  #axes: LineSegments | null = null;
  #attributes: Record<string, BufferAttribute> = {};
  #pageOf: Int16Array = new Int16Array(0);
  #textures: Texture[] = [];
  #width = 1;
  #height = 1;

  constructor(canvas: HTMLCanvasElement) {
    // Asked here: three.js complains on the console, and that is no accident of ours.
    const wanted: WebGLContextAttributes = { antialias: true, alpha: false, depth: true, powerPreference: "high-performance" };
    // Drawn in software, smooth lines would take twice as long; points are smooth by themselves.
    const context = canvas.getContext("webgl2", { ...wanted, failIfMajorPerformanceCaveat: true }) ?? canvas.getContext("webgl2", { ...wanted, antialias: false });
    if (!context) throw new Error("no WebGL 2");
    this.#renderer = new WebGLRenderer({ canvas, context, antialias: true, alpha: false, powerPreference: "high-performance" });
    this.#renderer.outputColorSpace = LinearSRGBColorSpace;
    this.#renderer.autoClear = true;
  }

  resize(width: number, height: number, ratio: number): void {
    [this.#width, this.#height] = [Math.max(1, width), Math.max(1, height)];
    this.#renderer.setPixelRatio(ratio);
    this.#renderer.setSize(this.#width, this.#height, false);
    this.#uniforms.ratio.value = ratio;
  }

  /** One page of pictures, or none, makes one cloud; all share the columns of points. */
  setSprites(sprites: SpriteSheet | null, count: number): void {
    this.#clear();
    const cells = new Float32Array(count * 2);
    this.#pageOf = new Int16Array(count).fill(sprites ? -1 : 0);
    if (sprites) {
      for (let point = 0; point < count; point += 1) {
        const cell = sprites.plan.cell(point);
        if (cell === null) continue;
        this.#pageOf[point] = cell.page;
        cells[point * 2] = cell.column;
        cells[point * 2 + 1] = cell.row;
      }
    }
    this.#attributes = {
      position: new BufferAttribute(new Float32Array(count * 3), 3),
      color: new BufferAttribute(new Uint8Array(count * 3), 3, true),
      emphasis: new BufferAttribute(new Uint8Array(count), 1),
      pictured: new BufferAttribute(new Uint8Array(count), 1),
      cell: new BufferAttribute(cells, 2),
    };
    this.#textures = (sprites?.pages ?? []).map((page) => {
      const texture = new Texture(page);
      texture.flipY = false;
      texture.generateMipmaps = false;
      texture.magFilter = NearestFilter;
      texture.minFilter = LinearFilter;
      texture.colorSpace = SRGBColorSpace;
      texture.needsUpdate = true;
      return texture;
    });
    const pages = sprites ? sprites.pages.length : 1;
    this.#clouds = Array.from({ length: pages }, (_, page) => {
      const geometry = new BufferGeometry();
      for (const [name, attribute] of Object.entries(this.#attributes)) geometry.setAttribute(name, attribute);
      // Points without a place would make the one it computes NaN.
      geometry.boundingSphere = EVERYTHING;
      const image = sprites?.pages[page];
      const cloud = new Points(
        geometry,
        new RawShaderMaterial({
          glslVersion: GLSL3,
          vertexShader: POINT_VERTEX,
          fragmentShader: POINT_FRAGMENT,
          uniforms: {
            ...this.#uniforms,
            atlas: { value: this.#textures[page] ?? null },
            cellScale: { value: sprites && image ? new Vector2(sprites.plan.width / image.width, sprites.plan.height / image.height) : new Vector2(1, 1) },
          },
          transparent: true,
        }),
      );
      cloud.frustumCulled = false;
      this.#scene.add(cloud);
      return cloud;
    });
  }

  setPositions(positions: Float32Array): void {
    this.#write("position", positions);
  }

  /** Red, green, blue, 0 to 255. */
  setColors(colors: Uint8Array): void {
    this.#write("color", colors);
  }

  /** 0 in the background, 1 as usual, 2 meant. */
  setEmphasis(emphasis: Uint8Array): void {
    this.#write("emphasis", emphasis);
  }

  /** 1 for points shown as their picture, 2 for those that their label stands for, 3 for those that step back between labels. */
  setPictured(pictured: Uint8Array): void {
    this.#write("pictured", pictured);
  }

  /** Which points are drawn, the last above the others. */
  setShown(shown: Uint32Array): void {
    this.#clouds.forEach((cloud, page) => {
      // Points without a picture are drawn with the first page.
      const mine = this.#clouds.length === 1 ? shown : shown.filter((point) => Math.max(0, this.#pageOf[point]!) === page);
      cloud.geometry.setIndex(new BufferAttribute(mine, 1));
      cloud.geometry.setDrawRange(0, mine.length);
    });
  }

  hasPicture(point: number): boolean {
    return this.#textures.length > 0 && this.#pageOf[point]! >= 0;
  }

  /** Pairs of points that a line connects; it has their colours. */
  setLines(pairs: Uint32Array | null): void {
    if (this.#lines) this.#scene.remove(this.#lines);
    this.#lines?.geometry.dispose();
    this.#lines = null;
    if (!pairs || pairs.length === 0) return;
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", this.#attributes.position!);
    geometry.setAttribute("color", this.#attributes.color!);
    geometry.setIndex(new BufferAttribute(pairs, 1));
    geometry.boundingSphere = EVERYTHING;
    this.#lines = new LineSegments(geometry, this.#lineMaterial(0.55));
    this.#lines.frustumCulled = false;
    this.#lines.renderOrder = -1;
    this.#scene.add(this.#lines);
  }

  /** Three faint axes through the middle. */
  setAxes(shown: boolean, color: string): void {
    if (this.#axes) this.#scene.remove(this.#axes);
    this.#axes?.geometry.dispose();
    this.#axes = null;
    if (!shown) return;
    const { r, g, b } = new Color(color);
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(new Float32Array([-1, 0, 0, 1, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, -1, 0, 0, 1]), 3));
    geometry.setAttribute("color", new BufferAttribute(new Float32Array(Array.from({ length: 6 }, () => [r, g, b]).flat()), 3));
    this.#axes = new LineSegments(geometry, this.#lineMaterial(0.7));
    this.#axes.frustumCulled = false;
    this.#axes.renderOrder = -2;
    this.#scene.add(this.#axes);
  }

  draw(camera: Camera, look: CloudLook): void {
    this.#uniforms.matrix.value.fromArray(matrixOf(camera, this.#width / this.#height));
    this.#uniforms.dotSize.value = look.dotSize;
    this.#uniforms.pictureSize.value = look.pictureSize;
    const distance = distanceOf(camera);
    this.#uniforms.eyeDistance.value = Number.isFinite(distance) ? distance : 0;
    this.#uniforms.background.value.set(look.background);
    this.#uniforms.mark.value.set(look.mark);
    this.#renderer.setClearColor(this.#uniforms.background.value, 1);
    for (const cloud of this.#clouds) {
      // On a plane the order alone decides what lies above.
      (cloud.material as RawShaderMaterial).depthTest = camera.dimensions === 3;
      const shown = cloud.geometry.index?.count ?? 0;
      const drawn = Math.ceil(shown * look.part);
      cloud.geometry.setDrawRange(shown - drawn, drawn);
    }
    this.#renderer.render(this.#scene, this.#camera);
  }

  dispose(): void {
    this.setLines(null);
    this.setAxes(false, "#000");
    this.#clear();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  #lineMaterial(strength: number): RawShaderMaterial {
    return new RawShaderMaterial({ glslVersion: GLSL3, vertexShader: LINE_VERTEX, fragmentShader: LINE_FRAGMENT, uniforms: { ...this.#uniforms, strength: { value: strength } } });
  }

  #write(name: string, values: Float32Array | Uint8Array): void {
    const attribute = this.#attributes[name];
    if (!attribute || attribute.array.length !== values.length) return;
    attribute.array.set(values);
    attribute.needsUpdate = true;
  }

  #clear(): void {
    this.setLines(null);
    for (const cloud of this.#clouds) {
      this.#scene.remove(cloud);
      cloud.geometry.dispose();
      (cloud.material as RawShaderMaterial).dispose();
    }
    for (const texture of this.#textures) texture.dispose();
    this.#clouds = [];
    this.#textures = [];
  }
}
