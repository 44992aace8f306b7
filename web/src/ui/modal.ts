/** Opens a dialog over the page; when it is taken away, the focus goes back to where it was. */
export function modal(dialog: HTMLDialogElement): { destroy: () => void } {
  const before = document.activeElement;
  dialog.showModal();
  return {
    destroy: () => {
      // What the dialog led to may have taken the focus by itself.
      const free = document.activeElement === null || document.activeElement === document.body || dialog.contains(document.activeElement);
      if (free && before instanceof HTMLElement && before.isConnected) before.focus();
    },
  };
}
