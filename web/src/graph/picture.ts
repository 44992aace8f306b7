/** The picture as a file: what is drawn, with the styles that it has on the page written into it. */

const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "paint-order", "opacity", "font-family", "font-size", "font-weight", "text-anchor"] as const;
const MARGIN = 16;
/** Browsers give no larger canvas. */
const MOST_PIXELS = 16_000;

/** SVG of the whole graph, whatever part of it is in sight. */
export function pictureSvg(svg: SVGSVGElement, { width, height }: { width: number; height: number }, background: string): string {
  const scene = svg.querySelector(".scene")!;
  const copy = scene.cloneNode(true) as Element;
  copy.setAttribute("transform", `translate(${MARGIN} ${MARGIN})`);
  const [drawn, copies] = [[...scene.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  drawn.forEach((element, at) => {
    const style = getComputedStyle(element);
    const target = copies[at]!;
    const said = STYLES.filter((name) => element.tagName !== "g" || name === "opacity").map((name) => `${name}:${style.getPropertyValue(name)}`);
    target.setAttribute("style", said.join(";"));
    target.removeAttribute("class");
  });
  for (const grip of copies) if (grip.hasAttribute("data-open") && grip.tagName === "rect") grip.remove();
  const [wide, tall] = [Math.ceil(width + 2 * MARGIN), Math.ceil(height + 2 * MARGIN)];
  const root = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  root.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  root.setAttribute("width", String(wide));
  root.setAttribute("height", String(tall));
  root.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
  const back = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  back.setAttribute("width", "100%");
  back.setAttribute("height", "100%");
  back.setAttribute("fill", background);
  root.append(back, copy);
  return new XMLSerializer().serializeToString(root);
}

/** At twice the size, or as large as a browser draws. */
export async function picturePng(text: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(2, MOST_PIXELS / image.width, MOST_PIXELS / image.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("this browser could not draw so large a picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
