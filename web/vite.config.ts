import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { earlyRequests, GROUPS } from "./build.ts";

// The server that `npm run dev` shows; start one with `glassboard --logdir DIR`.
const server = process.env.GLASSBOARD_URL ?? "http://127.0.0.1:6006";

export default defineConfig(({ mode }) => ({
  // Relative URLs everywhere, so that the page works under --path_prefix and behind proxies.
  base: "./",
  plugins: [svelte(), ...(mode === "gallery" ? [] : [earlyRequests()])],
  build: {
    outDir: fileURLToPath(new URL("../src/glassboard/static", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // The content security policy allows no inline script and no data: font.
    assetsInlineLimit: 0,
    // In a file of its own the page has no addresses: only the HTML names modules, scripts name none.
    modulePreload: { polyfill: false, resolveDependencies: (_, dependencies, { hostType }) => (hostType === "html" ? dependencies : []) },
    cssCodeSplit: false,
    reportCompressedSize: false,
    // The gallery is built for its snapshots alone; the page never holds it.
    rolldownOptions: mode === "gallery" ? { input: fileURLToPath(new URL("gallery.html", import.meta.url)) } : { output: { codeSplitting: { groups: GROUPS } } },
  },
  server: { proxy: { "/api": { target: server, changeOrigin: true } } },
  // Under vitest Svelte would resolve to its server half, in which nothing reacts.
  ...(process.env.VITEST ? { resolve: { conditions: ["browser"] } } : {}),
  test: { include: ["src/**/*.test.ts"], restoreMocks: true },
}));
