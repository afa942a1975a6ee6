import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { EnvHttpProxyAgent, fetch } from "undici";
import { withProgress } from "../local/progress.ts";

/** Limits of a download. */
export type DownloadLimits = {
  /** Until the connection stands, until the answer begins, and between two pieces of it. */
  stallMs?: number;
  /** For the whole download. */
  deadlineMs?: number;
  /** A longer answer is not read to its end. */
  maxBytes?: number;
};

/**
 * Downloads an address into a file and returns its SHA-256 and size in bytes. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are
 * honoured, redirects are followed. Throws one sentence that says what went wrong; the file may then hold a part.
 */
export async function download(
  url: string,
  target: string,
  say: (line: string) => void,
  limits: DownloadLimits = {},
): Promise<{ sha256: string; bytes: number }> {
  const { stallMs = 20_000, deadlineMs = 10 * 60_000, maxBytes = 400 * 2 ** 20 } = limits;
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: stallMs },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
  });
  const hash = createHash("sha256");
  let bytes = 0;
  let expected = 0;
  const describe = (seconds: number) =>
    `  ${megabytes(bytes)}${expected ? ` of ${megabytes(expected)}` : ""} MB downloaded, ${seconds} s`;
  const file = await open(target, "w");
  try {
    await withProgress(say, describe, async () => {
      const answer = await fetch(url, { dispatcher, signal: AbortSignal.timeout(deadlineMs) });
      if (!answer.ok || !answer.body) throw new Error(`the server answered ${answer.status}`);
      expected = Number(answer.headers.get("content-length") ?? 0);
      for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
        bytes += piece.length;
        if (bytes > maxBytes) throw new Error(`it is longer than ${megabytes(maxBytes)} MB`);
        hash.update(piece);
        await file.write(piece);
      }
    });
  } catch (error) {
    throw new Error(`${url} could not be downloaded: ${reasonOf(error, bytes, deadlineMs)}`);
  } finally {
    await file.close();
    await dispatcher.destroy();
  }
  return { sha256: hash.digest("hex"), bytes };
}

function reasonOf(error: unknown, bytes: number, deadlineMs: number): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `it was not complete after ${deadlineMs / 1_000} s`;
  // undici puts the real reason (refused, reset, timed out, name not found) into the cause, where
  // a refused connection may have only a code.
  const inner = cause as NodeJS.ErrnoException | undefined;
  const text = inner?.message || inner?.code || message;
  return bytes > 0 ? `it broke off after ${bytes} bytes (${text})` : text;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
