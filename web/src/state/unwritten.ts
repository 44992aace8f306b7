/**
 * What the address bar was not told in time. A browser that reloads or goes back asks for the address as it was when it began to, which
 * the page that leaves may have written anew since, so that page hands on what it showed to the one that comes in its place, in the same tab.
 */

const KEY = "glassboard.unwritten";

/** `addresses`: those that the browser may still ask for. */
export function handOn(search: string, addresses: readonly string[]): void {
  store((storage) => storage.setItem(KEY, JSON.stringify({ addresses, search })));
}

/** What was handed on for this address, once; null where nothing was, or where somebody came here by a link. */
export function takeOver(): string | null {
  const text = store((storage) => storage.getItem(KEY)) ?? null;
  forget();
  const [arrival] = performance.getEntriesByType?.("navigation") ?? [];
  const type = (arrival as PerformanceNavigationTiming | undefined)?.type;
  if (text === null || (type !== "reload" && type !== "back_forward")) return null;
  try {
    const { addresses, search } = JSON.parse(text) as { addresses?: unknown; search?: unknown };
    const meant = Array.isArray(addresses) && addresses.includes(window.location.href);
    return meant && typeof search === "string" && search !== window.location.search ? search : null;
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
