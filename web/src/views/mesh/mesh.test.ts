import { describe, expect, it } from "vitest";
import { decodeMesh } from "../../api/meshes";
import { colorOf, readMeshLook, USUAL_LOOK } from "../../projector/meshconfig";
import { boundsOf, drawnIndices, placed, withoutPlace } from "../../projector/meshshape";

describe("a logged configuration", () => {
  it("gives camera, lights and material", () => {
    const look = readMeshLook(
      JSON.stringify({
        camera: { cls: "PerspectiveCamera", fov: 75 },
        lights: [{ cls: "AmbientLight", color: "#ff0000", intensity: 0.75 }, { cls: "DirectionalLight", color: 0x00ff00, intensity: 2, position: [0, -1, 2] }],
        material: { cls: "MeshStandardMaterial", roughness: 0.2, metalness: 0.7, wireframe: true },
      }),
    );
    expect(look).toMatchObject({ fieldOfView: 75, roughness: 0.2, metalness: 0.7, wireframe: true, pointSize: null });
    expect(look.lights.map(({ kind, color, position }) => [kind, color, position])).toEqual([["ambient", "#ff0000", [0, 1, 1]], ["directional", "#00ff00", [0, -1, 2]]]);
    // As TensorBoard's three.js takes them, in the units of today's.
    expect(look.lights.map(({ intensity }) => intensity / Math.PI)).toEqual([0.75, 2]);
    expect(readMeshLook('{"material":{"cls":"PointsMaterial","size":0.005}}').pointSize).toBe(0.005);
  });

  it.each(["", "{", "[]", "null", '{"camera":{"fov":1e9},"lights":[{"cls":"Script"}],"material":{"roughness":"x","color":"url(x)"}}'])("is as usual where it says nothing that can be followed: %s", (text) => {
    expect(readMeshLook(text)).toEqual(USUAL_LOOK);
  });

  it("has no more lights than a card can draw", () => {
    const many = Array.from({ length: 500 }, () => ({ cls: "PointLight" }));
    expect(readMeshLook(JSON.stringify({ lights: many })).lights.length).toBe(8);
    expect([colorOf("#12ab9f"), colorOf(255), colorOf("red"), colorOf(-1)]).toEqual(["#12ab9f", "#0000ff", null, null]);
  });
});

describe("a mesh", () => {
  it("is placed by what of it is finite", () => {
    expect(boundsOf(Float32Array.of(0, 0, 0, 4, 2, NaN, Infinity, 0, 1))).toEqual({ middle: [2, 1, 0.5], reach: 2 });
    expect(boundsOf(Float32Array.of(NaN, NaN, NaN))).toEqual({ middle: [0, 0, 0], reach: 1 });
  });

  it("is drawn as far as its vertices have a place", () => {
    const vertices = Float32Array.of(0, 0, 0, 1, 0, 0, NaN, 0, 0, 0, 1, 0);
    expect(withoutPlace(vertices)).toBe(1);
    expect([...drawnIndices({ vertices, faces: Uint32Array.of(0, 1, 2, 0, 1, 3), colors: null })!]).toEqual([0, 1, 3]);
    expect([...drawnIndices({ vertices, faces: null, colors: null })!]).toEqual([0, 1, 3]);
    expect(drawnIndices({ vertices: vertices.slice(0, 6), faces: null, colors: null })).toBeNull();
  });

  it("keeps its shape where it is small and far away", () => {
    const far = Float32Array.of(1e6, 1e6, 1e6, 1e6 + 1, 1e6, 1e6, 1e6, 1e6 + 1, 1e6);
    expect([...placed(far, boundsOf(far))]).toEqual([-1, -1, 0, 1, -1, 0, -1, 1, 0]);
  });

  it("is refused where its answer is cut", () => {
    const header = JSON.stringify({ columns: { vertices: ["f4", 0, 12] } }).padEnd(64);
    const whole = new Uint8Array(8 + header.length + 8);
    whole.set(new TextEncoder().encode("GBC2"));
    new DataView(whole.buffer).setUint32(4, header.length, true);
    whole.set(new TextEncoder().encode(header), 8);
    expect(() => decodeMesh(whole.buffer)).toThrow("column vertices is broken");
    expect(() => decodeMesh(new ArrayBuffer(2))).toThrow("cannot be read");
  });
});
