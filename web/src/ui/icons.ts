/** Path data of the page's icons, drawn on a 16 x 16 grid with a stroke of 1.4. */

export const ICONS = {
  alert: "M8 2.2 14.4 13.4H1.6ZM8 6.4v3.2M8 11.4v.2",
  check: "m3.5 8.5 3 3 6-7",
  chevron: "m6 4 4 4-4 4",
  close: "m4 4 8 8M12 4l-8 8",
  dark: "M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6Z",
  download: "M8 2v8M4.6 7 8 10.4 11.4 7M2.6 13.6h10.8",
  export: "M8 2v8M4.8 7 8 10.2 11.2 7M2.4 11.4v2.2h11.2v-2.2",
  folder: "M1.8 4.2h4.4l1.4 1.6h6.6v6.6H1.8Z",
  inspector: "M2 3h12v10H2ZM10 3v10",
  keyboard: "M1.8 4h12.4v8H1.8ZM4.4 6.6h.2M7 6.6h.2M9.6 6.6h.2M12 6.6h-.2M5 9.6h6",
  light: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1",
  link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
  pin: "M6 2h4l-.5 4.4 2 2v1.2h-7V8.4l2-2ZM8 9.6V14",
  search: "M7 2.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8ZM10.2 10.2l3.4 3.4",
  settings: "M2.5 4.6h5M11.5 4.6h2M2.5 11.4h2M8.5 11.4h5M9.5 2.8a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6ZM6.5 9.6a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z",
  sidebar: "M2 3h12v10H2ZM6 3v10",
  wide: "M5 4.4 1.6 8 5 11.6M11 4.4 14.4 8 11 11.6M1.8 8h12.4",
  table: "M2 3h12v10H2ZM2 6.4h12M2 9.7h12M6.5 6.4V13",
  waiting: "M8 1.8v3M8 11.2v3M1.8 8h3M11.2 8h3M3.6 3.6l2.1 2.1M10.3 10.3l2.1 2.1M12.4 3.6l-2.1 2.1M5.7 10.3l-2.1 2.1",
} as const;

export type IconName = keyof typeof ICONS;
