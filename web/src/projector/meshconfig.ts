/** What of a logged configuration of three.js is followed: camera, lights, material. It is untrusted: known names, bounded numbers. */

export interface MeshLight {
  readonly kind: "ambient" | "directional" | "point" | "hemisphere";
  readonly color: string;
  readonly intensity: number;
  readonly position: readonly [number, number, number];
}

export interface MeshLook {
  /** Degrees. */
  readonly fieldOfView: number;
  readonly lights: readonly MeshLight[];
  readonly roughness: number;
  readonly metalness: number;
  readonly wireframe: boolean;
  /** Of the material where the mesh has no colours. */
  readonly color: string;
  /** Of points, in units of the data; null: as suits the picture. */
  readonly pointSize: number | null;
}

export const USUAL_LOOK: MeshLook = {
  fieldOfView: 40,
  lights: [
    { kind: "ambient", color: "#ffffff", intensity: 0.9, position: [0, 0, 0] },
    { kind: "directional", color: "#ffffff", intensity: 1.6, position: [0.6, 1, 0.8] },
    { kind: "directional", color: "#ffffff", intensity: 0.5, position: [-0.8, -0.2, 0.4] },
  ],
  roughness: 0.85,
  metalness: 0,
  wireframe: false,
  color: "#9fb0c0",
  pointSize: null,
};

const KINDS: Readonly<Record<string, MeshLight["kind"]>> = { AmbientLight: "ambient", DirectionalLight: "directional", PointLight: "point", HemisphereLight: "hemisphere" };
const MOST_LIGHTS = 8;
/** The three.js that TensorBoard has takes intensities times that many: what is logged is meant for it. */
const OLD_INTENSITY = Math.PI;

type Plain = Readonly<Record<string, unknown>>;
const plain = (value: unknown): Plain => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : {});
const numberIn = (value: unknown, low: number, high: number): number | null => (typeof value === "number" && value >= low && value <= high ? value : null);

/** `#rrggbb`, or a number as three.js takes it; null for anything else. */
export function colorOf(value: unknown): string | null {
  if (typeof value === "string") return /^#[0-9a-f]{6}$/i.test(value) ? value : null;
  const number = numberIn(value, 0, 0xffffff);
  return number === null ? null : `#${Math.floor(number).toString(16).padStart(6, "0")}`;
}

function lightOf(value: unknown): MeshLight | null {
  const light = plain(value);
  const kind = KINDS[String(light.cls)];
  if (!kind) return null;
  const place = Array.isArray(light.position) && light.position.length === 3 ? light.position.map((one) => numberIn(one, -1e6, 1e6)) : [];
  const known = place.length === 3 && place.every((one) => one !== null);
  return { kind, color: colorOf(light.color) ?? "#ffffff", intensity: (numberIn(light.intensity, 0, 100) ?? 1) * OLD_INTENSITY, position: known ? (place as [number, number, number]) : [0, 1, 1] };
}

/** What the text does not say, or says wrongly, is as usual. */
export function readMeshLook(text: string): MeshLook {
  let config: Plain = {};
  try {
    config = plain(JSON.parse(text));
  } catch {
    return USUAL_LOOK;
  }
  const lights = (Array.isArray(config.lights) ? config.lights : []).slice(0, MOST_LIGHTS).map(lightOf).filter((light) => light !== null);
  const material = plain(config.material);
  return {
    fieldOfView: numberIn(plain(config.camera).fov, 5, 120) ?? USUAL_LOOK.fieldOfView,
    lights: lights.length > 0 ? lights : USUAL_LOOK.lights,
    roughness: numberIn(material.roughness, 0, 1) ?? USUAL_LOOK.roughness,
    metalness: numberIn(material.metalness, 0, 1) ?? USUAL_LOOK.metalness,
    wireframe: material.wireframe === true,
    color: colorOf(material.color) ?? USUAL_LOOK.color,
    pointSize: material.cls === "PointsMaterial" ? numberIn(material.size, 1e-6, 1e6) : null,
  };
}
