/** One command of a `Menu`. */
export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  /** Present for commands that are on or off. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** A line above it. */
  readonly separated?: boolean;
}
