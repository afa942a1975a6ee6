import type { Reply } from "../shared/runtime/functions.ts";

/**
 * A JSON list or object that is written while it is read, since it may be longer than memory.
 * The first page is read before the answer begins, so that a failure is still a status.
 *
 * @param around the brackets: "[]" or "{}".
 * @param pages the items, each as its JSON text, page by page.
 */
export async function streamJson(around: "[]" | "{}", pages: AsyncGenerator<string[]>): Promise<Reply> {
  const [open, close] = around;
  const first = await pages.next();
  async function* body() {
    let separator = open as string;
    for (let page = first; !page.done; page = await pages.next()) {
      for (const item of page.value) {
        yield separator + item;
        separator = ",\n";
      }
    }
    yield separator === open ? around : (close as string);
  }
  return { headers: { "content-type": "application/json; charset=utf-8" }, body: body() };
}
