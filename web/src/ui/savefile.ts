/** Hands a file to the browser's download. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has to take the URL before it goes.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
