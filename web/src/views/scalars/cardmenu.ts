/** The commands of a card. */

import type { MenuItem } from "../../ui/menu";
import type { ScalarsBoard } from "./board.svelte";
import type { ChartFormat } from "./save";

export interface CardActions {
  readonly key: string;
  readonly zoomed: boolean;
  readonly drawn: boolean;
  /** Whether any run was restarted, and whether what it overwrote is drawn. */
  readonly restarted: boolean;
  readonly segmentsShown: boolean;
  fit(): void;
  setAxis(): void;
  showSegments(shown: boolean): void;
  save(format: ChartFormat): void;
  /** Asks which runs and which format. */
  download(): void;
}

export function cardMenu(board: ScalarsBoard, card: CardActions): MenuItem[] {
  const { key } = card;
  const wide = board.isWide(key);
  const axis = board.axisOf(key);
  const segments: MenuItem = { label: "Show what restarts overwrote", checked: card.segmentsShown, run: () => card.showSegments(!card.segmentsShown) };
  const save = (label: string, format: ChartFormat, separated = false): MenuItem => ({ label, run: () => card.save(format), disabled: !card.drawn, separated });
  return [
    { label: "Fit to data", run: () => card.fit(), disabled: !card.zoomed },
    { label: "Log scale", checked: (axis.scale ?? board.page.settings.yScale) === "log", run: () => board.toggleLog(key) },
    { label: "Axes…", run: () => card.setAxis() },
    { label: "Full width", checked: wide, run: () => board.toggleWide(key) },
    { label: "Pin to the top", checked: board.pins.includes(key), run: () => board.togglePin(key) },
    ...(card.restarted ? [segments] : []),
    save("Save as PNG", "png", true),
    save("Save as SVG", "svg"),
    save("Save the drawn points as CSV", "csv"),
    save("Save all points as CSV", "csv-all"),
    save("Save all points as JSON", "json-all"),
    { label: "Download data of some runs…", run: () => card.download(), disabled: !card.drawn },
  ];
}
