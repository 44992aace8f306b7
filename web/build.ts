/** How the page is cut into files, and what its HTML asks for before any script has run. */

import type { HtmlTagDescriptor, Plugin } from "vite";

/**
 * Few files: each small one would cost a turn to the server, and one that another file names a turn more. What nearly every view
 * needs is one, what charts need another; what only a file of its own (`api/snapshot.ts`) or a made-up log needs stays apart.
 */
export const GROUPS = [
  { name: "scalars", test: /\/src\/views\/scalars\//, priority: 1 },
  { name: "charts", test: /\/src\/charts\/(?!CurveChart|MatrixChart|BarsChart|curves|matrix)|\/node_modules\/uplot\//, priority: 2 },
  { name: "page", test: /\/src\/(app\/(?!main|gallery)|api\/(?!snapshot|archive|fixture|statistics)|lib\/|state\/|ui\/)|\/node_modules\/(svelte|esm-env|clsx)\//, priority: 3 },
];

/** What the page asks for first, whatever it shows: it is on its way while the scripts are. */
const FIRST_ANSWERS = ["log", "runs", "tags"];

/** Chunks that are asked for before any script has run: the charts that most views begin with, and the view that links name most. */
const FIRST_CHUNKS = ["charts", "scalars", "ScalarsView"];

/** Fonts that the first letters are set in: found by the style sheet alone they come when the page is there, which is laid out anew with them. */
const FIRST_FONTS = /(inter|jetbrains-mono)-latin-wght-normal/;

/** Puts hints into the HTML: the first answers of the server, and chunks that a script would name only when it runs. */
export function earlyRequests(): Plugin {
  return {
    name: "early-requests",
    apply: "build",
    transformIndexHtml(_, { bundle = {} }) {
      const hint = (attrs: Record<string, string>): HtmlTagDescriptor => ({ tag: "link", attrs, injectTo: "head" });
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk" && FIRST_CHUNKS.includes(file.name));
      const fonts = Object.values(bundle).filter((file) => file.type === "asset" && FIRST_FONTS.test(file.fileName));
      return [
        ...fonts.map(({ fileName }) => hint({ rel: "preload", as: "font", type: "font/woff2", crossorigin: "", href: `./${fileName}` })),
        ...FIRST_ANSWERS.map((route) => hint({ rel: "preload", as: "fetch", crossorigin: "", href: `./api/v1/${route}` })),
        ...chunks.map(({ fileName }) => hint({ rel: "modulepreload", crossorigin: "", href: `./${fileName}` })),
      ];
    },
  };
}
