/**
 * What the address bar was not told in time. A browser that reloads or goes back asks for the address as it was before the page that
 * left could write it, so that page hands on what it showed to the one that comes in its place, in the same tab.
 */

const KEY = "glassboard.unwritten";

export function handOn(search: string): void {
  store((storage) => storage.setItem(KEY, JSON.stringify({ at: window.location.href, search })));
}

/** What was handed on for this address, once; null where nothing was, or where somebody came here by a link. */
export function takeOver(): string | null {
  const text = store((storage) => storage.getItem(KEY)) ?? null;
  forget();
  const [arrival] = performance.getEntriesByType?.("navigation") ?? [];
  const type = (arrival as PerformanceNavigationTiming | undefined)?.type;
  if (text === null || (type !== "reload" && type !== "back_forward")) return null;
  try {
    const { at, search } = JSON.parse(text) as { at?: unknown; search?: unknown };
    return at === window.location.href && typeof search === "string" ? search : null;
  } catch {
    return null;
  }
}

export function forget(): void {
  store((storage) => storage.removeItem(KEY));
}

function store<Found>(use: (storage: Storage) => Found): Found | undefined {
  try {
    return use(window.sessionStorage);
  } catch {
    // A browser that forbids storage: what was changed in the last moment is lost.
    return undefined;
  }
}
