/** What every card of the view offers to save: its picture and its numbers. */

import { pngPicture, svgPicture } from "../../charts/svgpicture";
import { csv, fileName } from "../../lib/csv";
import type { MenuItem } from "../../ui/menu";
import { saveFile } from "../../ui/savefile";

export interface Table {
  readonly header: readonly string[];
  readonly rows: Iterable<readonly (string | number)[]>;
}

export function saveItems(title: string, svg: SVGSVGElement | null, table: () => Table): MenuItem[] {
  const picture = () => svgPicture(svg!, title);
  return [
    ...(svg === null ? [] : [
      { label: "Download PNG", run: () => void pngPicture(picture()).then((png) => saveFile(fileName(title, "png"), png)) },
      { label: "Download SVG", run: () => saveFile(fileName(title, "svg"), new Blob([picture()], { type: "image/svg+xml" })) },
    ]),
    { label: "Download CSV", run: () => { const { header, rows } = table(); saveFile(fileName(title, "csv"), new Blob([csv(header, rows)], { type: "text/csv" })); } },
  ];
}
