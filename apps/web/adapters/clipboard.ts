/** Copies text that may still be loading. Resolves with true when it is on the clipboard. */
export async function copy(text: string | Promise<string>): Promise<boolean> {
  try {
    if (typeof text !== "string" && typeof ClipboardItem === "function" && navigator.clipboard?.write) {
      // Passing the promise keeps the permission of the click while megabytes load.
      const blob = text.then((whole) => new Blob([whole], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return true;
    }
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(await text);
      return true;
    }
  } catch {
    // Refused, or a browser without promises in ClipboardItem: fall through.
  }
  return copyBySelection(await text);
}

/** On plain http, browsers offer no clipboard API. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}
