/** Draws meshes and point clouds, one after the other, for any number of cards: browsers grant few WebGL contexts. */

import { AmbientLight, BufferAttribute, BufferGeometry, Color, ColorManagement, DirectionalLight, DoubleSide, HemisphereLight, LinearSRGBColorSpace, Mesh, MeshStandardMaterial, type Object3D, PerspectiveCamera, PointLight, Points, PointsMaterial, Scene, Sphere, WebGLRenderer } from "three";
import { axesOf, distanceOf, startCamera, type Camera } from "./camera";
import type { MeshLight, MeshLook } from "./meshconfig";
import { drawnIndices, placed, type MeshBounds, type MeshShape } from "./meshshape";
import { pointSize } from "./screen";

// Colours are those that were logged, drawn as they are.
ColorManagement.enabled = false;

const EVERYTHING = new Sphere(undefined, 2);
/** CSS pixels: smaller ones would be seen by chance. */
const SMALLEST_POINT = 1.5;

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

  /** Draws into a plain canvas of its own size. `bounds`, the same for a shape every time, place it within -1 to 1. */
  draw(shape: MeshShape, bounds: MeshBounds, look: MeshLook, camera: Camera, target: HTMLCanvasElement, ratio: number, wireframe: boolean): void {
    const { width, height } = target;
    if (width === 0 || height === 0) return;
    this.#renderer.setSize(width, height, false);
    const scene = new Scene();
    const object = this.#object(shape, bounds);
    this.#dress(object, look, { reach: bounds.reach, width, height, ratio }, wireframe);
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

  #object(shape: MeshShape, bounds: MeshBounds): Object3D {
    const known = this.#kept.get(shape);
    if (known) return known;
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(placed(shape.vertices, bounds), 3));
    const indices = drawnIndices(shape);
    if (indices) geometry.setIndex(new BufferAttribute(indices, 1));
    if (shape.colors) geometry.setAttribute("color", new BufferAttribute(shape.colors, 3, true));
    const vertexColors = shape.colors !== null;
    let object: Mesh | Points;
    if (shape.faces) {
      geometry.computeVertexNormals();
      object = new Mesh(geometry, new MeshStandardMaterial({ vertexColors, side: DoubleSide }));
    } else {
      const material = new PointsMaterial({ vertexColors, sizeAttenuation: true });
      material.onBeforeCompile = (shader) => {
        shader.fragmentShader = shader.fragmentShader.replace("void main() {", "void main() {\n  if (length(gl_PointCoord - 0.5) > 0.5) discard;");
      };
      object = new Points(geometry, material);
    }
    object.frustumCulled = false;
    // Vertices without a place would make the one it computes NaN.
    geometry.boundingSphere = EVERYTHING;
    this.#kept.set(shape, object);
    return object;
  }

  #dress(object: Object3D, look: MeshLook, { reach, width, height, ratio }: { reach: number; width: number; height: number; ratio: number }, wireframe: boolean): void {
    const { material } = object as Mesh | Points;
    if (material instanceof MeshStandardMaterial) {
      material.roughness = look.roughness;
      material.metalness = look.metalness;
      material.wireframe = wireframe || look.wireframe;
      material.color = new Color(material.vertexColors ? "#ffffff" : look.color);
    } else if (material instanceof PointsMaterial) {
      const count = (object as Points).geometry.getAttribute("position").count;
      // One pixel at the distance from which one looks at first; nearer ones are larger.
      const pixel = distanceOf(startCamera(3)) / (height / 2);
      const usual = pointSize(count, width / ratio, height / ratio) * ratio * pixel;
      material.size = look.pointSize === null ? usual : Math.max(look.pointSize / reach, SMALLEST_POINT * ratio * pixel);
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
