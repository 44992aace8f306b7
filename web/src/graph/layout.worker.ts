/** The layout beside the page's thread. */

import { layout, type LayoutRequest } from "./layout";

const cache: Parameters<typeof layout>[1] = new Map();

self.onmessage = (event: MessageEvent<{ number: number; request: LayoutRequest }>): void => {
  const { number, request } = event.data;
  try {
    self.postMessage({ number, layout: layout(request, cache) });
  } catch (error) {
    self.postMessage({ number, error: String(error) });
  }
};
