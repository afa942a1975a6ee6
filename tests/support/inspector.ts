import { readFile } from "node:fs/promises";
import { SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath } from "node:url";
import { openTextSocket } from "./web-socket.ts";

type Message = {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
};

/**
 * Does what an editor does: attaches to a program, finds a line of TypeScript through its source map, sets a
 * breakpoint there, and waits until it is hit.
 *
 * @param line from 1
 * @param provoke makes the program run the line
 * @returns where the program stopped, in TypeScript
 */
export async function pauseAt(port: number, source: string, line: number, provoke: () => void) {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const messages: Message[] = [];
  const waiting: (() => void)[] = [];
  const socket = await openTextSocket(target!.webSocketDebuggerUrl, (text) => {
    messages.push(JSON.parse(text));
    for (const wake of waiting.splice(0)) wake();
  });
  const find = async (wanted: (message: Message) => boolean): Promise<Message> => {
    for (;;) {
      const found = messages.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  let last = 0;
  const call = async (method: string, params: Record<string, unknown> = {}) => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    return (await find((message) => message.id === id)).result ?? {};
  };
  try {
    await call("Debugger.enable");
    const program = await find(
      ({ method, params }) => method === "Debugger.scriptParsed" && /main\.cjs$/.test(String(params?.url)),
    );
    const url = String(program.params?.url);
    const map = new SourceMap(
      JSON.parse(
        await readFile(`${url.startsWith("file:") ? fileURLToPath(url) : url}.map`, "utf8"),
      ) as SourceMapPayload,
    );
    const generated = generatedLine(map, source, line);
    await call("Debugger.setBreakpointByUrl", {
      url,
      lineNumber: generated.line,
      columnNumber: generated.column,
    });
    provoke();
    const paused = await find(({ method }) => method === "Debugger.paused");
    const [frame] = (
      paused.params as { callFrames: { location: { lineNumber: number; columnNumber: number } }[] }
    ).callFrames;
    const at = map.findEntry(frame!.location.lineNumber, frame!.location.columnNumber);
    if (!("originalSource" in at)) throw new Error("The program stopped where no source is known.");
    await call("Debugger.resume");
    return { source: at.originalSource, line: at.originalLine + 1 };
  } finally {
    socket.close();
  }
}

/** The first place in the built program that comes from the line. */
function generatedLine(map: SourceMap, source: string, line: number): { line: number; column: number } {
  for (let generated = 0; generated < 200_000; generated++) {
    const entry = map.findEntry(generated, 1_000);
    if (!("originalSource" in entry) || !entry.originalSource.endsWith(source)) continue;
    if (entry.originalLine + 1 !== line) continue;
    return { line: generated, column: 0 };
  }
  throw new Error(`Nothing was built from ${source}:${line}.`);
}
