/** Draws meshes and point clouds, one after the other, for any number of cards: browsers grant few WebGL contexts. */

import { AmbientLight, BufferAttribute, BufferGeometry, Color, DirectionalLight, DoubleSide, HemisphereLight, LinearSRGBColorSpace, Mesh, MeshStandardMaterial, type Object3D, PerspectiveCamera, PointLight, Points, PointsMaterial, Scene, WebGLRenderer } from "three";
import { axesOf, type Camera } from "./camera";
import type { MeshLight, MeshLook } from "./meshconfig";

export interface MeshShape {
  /** x, y, z of every vertex. */
  readonly vertices: Float32Array;
  /** Three numbers of vertices a triangle; null for a cloud of points. */
  readonly faces: Uint32Array | null;
  /** Red, green, blue of every vertex, 0 to 255. */
  readonly colors: Uint8Array | null;
}

/** The middle of what is finite, and how far the farthest vertex lies from it along one axis. */
export function boundsOf(vertices: Float32Array): { readonly middle: readonly [number, number, number]; readonly reach: number } {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  vertices.forEach((value, at) => {
    if (!Number.isFinite(value)) return;
    low[at % 3] = Math.min(low[at % 3]!, value);
    high[at % 3] = Math.max(high[at % 3]!, value);
  });
  const middle = [0, 1, 2].map((axis) => (Number.isFinite(low[axis]!) ? (low[axis]! + high[axis]!) / 2 : 0)) as [number, number, number];
  const reach = Math.max(...[0, 1, 2].map((axis) => (Number.isFinite(low[axis]!) ? (high[axis]! - low[axis]!) / 2 : 0)));
  return { middle, reach: reach > 0 && Number.isFinite(reach) ? reach : 1 };
}

export class MeshStudio {
  readonly #canvas = document.createElement("canvas");
  readonly #renderer: WebGLRenderer;
  readonly #kept = new Map<MeshShape, Object3D>();

  /** Throws where the browser has no WebGL 2. */
  constructor() {
    const context = this.#canvas.getContext("webgl2", { antialias: true, alpha: true, depth: true });
    if (!context) throw new Error("no WebGL 2");
    this.#renderer = new WebGLRenderer({ canvas: this.#canvas, context, alpha: true, antialias: true });
    this.#renderer.outputColorSpace = LinearSRGBColorSpace;
  }

  /** Draws into a plain canvas of its own size. `bounds` place the shape about the origin, within -1 to 1. */
  draw(shape: MeshShape, bounds: ReturnType<typeof boundsOf>, look: MeshLook, camera: Camera, target: HTMLCanvasElement, wireframe: boolean): void {
    const { width, height } = target;
    if (width === 0 || height === 0) return;
    this.#renderer.setSize(width, height, false);
    const scene = new Scene();
    const object = this.#object(shape);
    this.#dress(object, look, bounds.reach, wireframe);
    object.scale.setScalar(1 / bounds.reach);
    object.position.set(...(bounds.middle.map((value) => -value / bounds.reach) as [number, number, number]));
    scene.add(object, ...look.lights.map(lightFor));
    const { up, back } = axesOf(camera);
    const eye = new PerspectiveCamera(look.fieldOfView, width / height, 0.01, 100);
    const distance = camera.span / 2 / Math.tan((look.fieldOfView * Math.PI) / 360);
    eye.position.set(camera.x + back[0] * distance, camera.y + back[1] * distance, camera.z + back[2] * distance);
    eye.up.set(...(up as [number, number, number]));
    eye.lookAt(camera.x, camera.y, camera.z);
    this.#renderer.setClearColor(0, 0);
    this.#renderer.render(scene, eye);
    scene.remove(object);
    const context = target.getContext("2d")!;
    context.clearRect(0, 0, width, height);
    context.drawImage(this.#canvas, 0, 0);
  }

  /** Lets go of what a shape takes. */
  forget(shape: MeshShape): void {
    const object = this.#kept.get(shape) as Mesh | Points | undefined;
    this.#kept.delete(shape);
    object?.geometry.dispose();
    (object?.material as MeshStandardMaterial | undefined)?.dispose();
  }

  dispose(): void {
    for (const shape of [...this.#kept.keys()]) this.forget(shape);
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  #object(shape: MeshShape): Object3D {
    const known = this.#kept.get(shape);
    if (known) return known;
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(shape.vertices, 3));
    if (shape.colors) geometry.setAttribute("color", new BufferAttribute(shape.colors, 3, true));
    const vertexColors = shape.colors !== null;
    let object: Mesh | Points;
    if (shape.faces) {
      geometry.setIndex(new BufferAttribute(shape.faces, 1));
      geometry.computeVertexNormals();
      object = new Mesh(geometry, new MeshStandardMaterial({ vertexColors, side: DoubleSide }));
    } else {
      object = new Points(geometry, new PointsMaterial({ vertexColors, sizeAttenuation: true }));
    }
    object.frustumCulled = false;
    this.#kept.set(shape, object);
    return object;
  }

  #dress(object: Object3D, look: MeshLook, reach: number, wireframe: boolean): void {
    const { material } = object as Mesh | Points;
    if (material instanceof MeshStandardMaterial) {
      material.roughness = look.roughness;
      material.metalness = look.metalness;
      material.wireframe = wireframe || look.wireframe;
      material.color = new Color(material.vertexColors ? "#ffffff" : look.color);
    } else if (material instanceof PointsMaterial) {
      const count = (object as Points).geometry.getAttribute("position").count;
      material.size = look.pointSize === null ? Math.min(0.05, 1.6 / Math.sqrt(Math.max(1, count))) : look.pointSize / reach;
      material.color = new Color(material.vertexColors ? "#ffffff" : look.color);
    }
  }
}

function lightFor({ kind, color, intensity, position }: MeshLight): Object3D {
  if (kind === "ambient") return new AmbientLight(color, intensity);
  const light = kind === "directional" ? new DirectionalLight(color, intensity) : kind === "point" ? new PointLight(color, intensity, 0, 0) : new HemisphereLight(color, "#444444", intensity);
  light.position.set(...(position as [number, number, number]));
  return light;
}
