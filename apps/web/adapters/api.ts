/** The HTTP API as the page uses it. Every failure is an ApiError whose message is written for people. */
import type {
  Accepted,
  DeadLetterPage,
  EntryPage,
  Problem,
  PublicConfig,
  SystemState,
  ValueState,
} from "../../shared/contracts/http.ts";

export class ApiError extends Error {
  /** HTTP status; 0 when there was no response. */
  readonly status: number;
  /** Seconds to wait before a retry, if the API sent `retry-after`. */
  readonly retryAfter: number | undefined;
  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Relative, so that the page works under any path; `api/`, because a proxy may serve the page itself. */
const base = "api/";
/** Milliseconds. */
const timeout = 30_000;

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(base + path, { ...init, signal: init.signal ?? AbortSignal.timeout(timeout) });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, navigator.onLine ? "The API is unreachable." : "You are offline.");
  }
  if (response.ok) return response;
  const problem: Partial<Problem> = await response.json().catch(() => ({}));
  const fallback =
    response.status >= 500 ? "The API failed to handle the request." : "The API rejected the request.";
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  throw new ApiError(response.status, problem.detail ?? problem.title ?? fallback, retryAfter);
}

const read = async <T>(path: string, init?: RequestInit): Promise<T> => (await ask(path, init)).json();

/** Starts a trace (W3C Trace Context) that spans both apps and their sidecars. */
function newTrace(): string {
  const random = crypto.getRandomValues(new Uint8Array(24));
  const hex = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}

const post = (body?: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", traceparent: newTrace() },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

export const api = {
  config: () => read<PublicConfig>("config"),
  submit: (index: number) => read<Accepted>("values", post({ index })),
  /** @param indexes at most 100, without duplicates. Indexes that nobody entered are not in the answer. */
  async values(indexes: number[]): Promise<ValueState[]> {
    const one = (index: number) => read<ValueState>(`values/${index}`, { cache: "no-store" });
    const answers = await Promise.allSettled(indexes.map(one));
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  },
  entries(before: string | null, index: number | null, limit: number): Promise<EntryPage> {
    const query = new URLSearchParams({ limit: `${limit}` });
    if (before !== null) query.set("before", before);
    if (index !== null) query.set("index", `${index}`);
    return read(`entries?${query}`);
  },
  /** Digits from `from` (inclusive) to `to` (exclusive), counted from the left, starting at 0. */
  async digits(index: number, from: number, to: number, signal?: AbortSignal): Promise<string> {
    const response = await ask(`values/${index}/digits`, {
      headers: { range: `bytes=${from}-${to - 1}` },
      ...(signal ? { signal } : {}),
    });
    const text = await response.text();
    return response.status === 206 ? text : text.slice(from, to);
  },
  allDigits: async (index: number) => (await ask(`values/${index}/digits`)).text(),
  downloadUrl: (index: number) => `${base}values/${index}/digits?download`,
  async cancel(index: number): Promise<undefined> {
    await ask(`calculations/${index}`, { method: "DELETE" });
  },
  system: () => read<Partial<SystemState>>("system", { cache: "no-store" }),
  deadLetters: () => read<DeadLetterPage>("dead-letters", { cache: "no-store" }),
  replay: (id: string) => read<{ replayed: number }>(`dead-letters/${encodeURIComponent(id)}/replay`, post()),
  replayAll: () => read<{ replayed: number }>("dead-letters/replay", post()),
};
export type Api = typeof api;
