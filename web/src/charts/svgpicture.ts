/** A chart that is drawn as SVG in the page, as a picture that stands alone. */

/** What CSS gives to the elements of a chart. */
const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-opacity", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline", "visibility"] as const;
const HEAD = 30;

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** SVG text of what is drawn, with every style in it and a title above; what has the class `fleeting` (the pointer's) is left out. */
export function svgPicture(drawn: SVGSVGElement, title: string): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[...drawn.querySelectorAll<SVGElement>("*")], [...copy.querySelectorAll<SVGElement>("*")]];
  from.forEach((element, index) => {
    const [target, style] = [to[index]!, getComputedStyle(element)];
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value !== "") target.setAttribute(name, value);
    }
    target.removeAttribute("class");
    target.removeAttribute("style");
    if (element.classList.contains("fleeting")) target.remove();
  });
  const { width, height } = drawn.getBoundingClientRect();
  const root = getComputedStyle(document.documentElement);
  const [surface, ink] = [root.getPropertyValue("--surface").trim(), root.getPropertyValue("--text").trim()];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + HEAD}" viewBox="0 0 ${width} ${height + HEAD}">`,
    `<rect width="${width}" height="${height + HEAD}" fill="${surface}"/>`,
    `<text x="12" y="20" font-family="Inter, system-ui, sans-serif" font-size="13" font-weight="600" fill="${ink}">${escape(title)}</text>`,
    `<g transform="translate(0 ${HEAD})">${[...copy.children].map((child) => new XMLSerializer().serializeToString(child)).join("")}</g>`,
    "</svg>",
  ].join("\n");
}

/** The same as a PNG of twice the pixels. */
export async function pngPicture(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * 2, image.naturalHeight * 2];
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("The picture is too large for this browser."))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
