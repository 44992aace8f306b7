/** Whether a dialog lies over the page, which then takes no keys. */
export function isCovered(): boolean {
  return document.querySelector("dialog:modal") !== null;
}

/**
 * Opens a dialog over the page. Escape and all else that ends it calls `onclose`, once and at once: the browser itself tells of an
 * end by an event that may come after the next key, which was then lost, or what it had opened was closed again.
 * When the dialog is taken away, the focus goes back to where it was.
 */
export function modal(dialog: HTMLDialogElement, onclose: () => void): { update: (onclose: () => void) => void; destroy: () => void } {
  const before = document.activeElement;
  let told = false;
  let tell = onclose;
  const end = (event: Event): void => {
    // A chooser of files in the dialog has a "cancel" of its own, which comes up from its field.
    if (event.target !== dialog) return;
    event.preventDefault();
    if (told) return;
    // A browser may not let a page hold a second Escape: the dialog is then gone, and "close" follows.
    told = !event.cancelable;
    tell();
  };
  dialog.addEventListener("cancel", end);
  dialog.addEventListener("close", end);
  dialog.showModal();
  return {
    update: (onclose) => (tell = onclose),
    destroy: () => {
      told = true;
      // What the dialog led to may have taken the focus by itself.
      const free = document.activeElement === null || document.activeElement === document.body || dialog.contains(document.activeElement);
      if (free && before instanceof HTMLElement && before.isConnected) before.focus();
    },
  };
}
