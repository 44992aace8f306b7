/** How a point looks: a disc with a rim, or its picture in a frame of its colour. GLSL ES 3. */

export const POINT_VERTEX = `
precision highp float;
in vec3 position;
in vec3 color;
in float emphasis;
in float pictured;
in vec2 cell;
uniform mat4 matrix;
uniform float dotSize;
uniform float pictureSize;
uniform float eyeDistance;
uniform float ratio;
out vec3 vColor;
out float vEmphasis;
out float vPictured;
out float vSize;
out vec2 vCell;
void main() {
  gl_Position = matrix * vec4(position, 1.0);
  float nearness = eyeDistance > 0.0 ? clamp(eyeDistance / gl_Position.w, 0.35, 3.0) : 1.0;
  bool shows = pictured > 0.5 && pictured < 1.5;
  float size = shows ? pictureSize : dotSize * (emphasis > 1.5 ? 1.5 : 1.0);
  vSize = max(2.0, size * nearness) * ratio;
  gl_PointSize = vSize;
  vColor = color;
  // Between labels that stand for points the other points step back.
  vEmphasis = pictured > 2.5 && emphasis < 1.5 ? 0.0 : emphasis;
  vPictured = shows ? 1.0 : 0.0;
  vCell = cell;
  // Its label is drawn in its place.
  if (pictured > 1.5 && pictured < 2.5) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}`;

export const POINT_FRAGMENT = `
precision highp float;
in vec3 vColor;
in float vEmphasis;
in float vPictured;
in float vSize;
in vec2 vCell;
uniform sampler2D atlas;
uniform vec2 cellScale;
uniform vec3 background;
uniform vec3 mark;
uniform float ratio;
out vec4 result;
void main() {
  vec3 shade = vEmphasis < 0.5 ? mix(background, vColor, 0.22) : vColor;
  if (vPictured > 0.5) {
    float frame = (vEmphasis > 1.5 ? 3.0 : 1.6) * ratio / vSize;
    vec2 inside = (gl_PointCoord - frame) / (1.0 - 2.0 * frame);
    if (any(lessThan(inside, vec2(0.0))) || any(greaterThan(inside, vec2(1.0)))) {
      result = vec4(shade, 1.0);
      return;
    }
    vec4 texel = texture(atlas, (vCell + clamp(inside, 0.001, 0.999)) * cellScale);
    vec3 picture = mix(background, texel.rgb, texel.a);
    result = vec4(vEmphasis < 0.5 ? mix(background, picture, 0.3) : picture, 1.0);
    return;
  }
  float far = length(gl_PointCoord - 0.5) * vSize;
  float edge = vSize * 0.5;
  float cover = clamp(edge - far, 0.0, 1.0);
  if (cover <= 0.02) discard;
  // A rim of the background parts discs that touch; one of the mark says which are meant.
  float rim = vSize > 6.0 * ratio ? clamp(far - (edge - 1.0 * ratio), 0.0, 1.0) : 0.0;
  if (vEmphasis > 1.5) rim = clamp(far - (edge - 1.5 * ratio), 0.0, 1.0);
  result = vec4(mix(shade, vEmphasis > 1.5 ? mark : background, rim), cover);
}`;

export const LINE_VERTEX = `
precision highp float;
in vec3 position;
in vec3 color;
uniform mat4 matrix;
out vec3 vColor;
void main() {
  gl_Position = matrix * vec4(position, 1.0);
  vColor = color;
}`;

export const LINE_FRAGMENT = `
precision highp float;
in vec3 vColor;
uniform vec3 background;
uniform float strength;
out vec4 result;
void main() { result = vec4(mix(background, vColor, strength), 1.0); }`;
