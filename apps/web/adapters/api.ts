/** The HTTP API as the page uses it. Every failure is an ApiError whose message is written for people. */
import type {
  Accepted,
  DeadLetterPage,
  EntryPage,
  Problem,
  PublicConfig,
  SystemState,
  ValueList,
  ValueState,
} from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";

export class ApiError extends Error {
  /** HTTP status; 0 when there was no response. */
  readonly status: number;
  /** Seconds to wait before a retry, if the API sent `retry-after`. */
  readonly retryAfter: number | undefined;
  /** The API refuses the action without an operator token. */
  readonly needsToken: boolean;
  constructor(status: number, message: string, headers = new Headers()) {
    super(message);
    this.status = status;
    this.retryAfter = Number(headers.get("retry-after")) || undefined;
    // A proxy in front may ask for a login of its own, for which the token is no answer.
    const fromApi = headers.get("content-type")?.startsWith("application/problem+json") ?? false;
    this.needsToken = status === 401 && fromApi && /^Bearer\b/i.test(headers.get("www-authenticate") ?? "");
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
  throw new ApiError(response.status, problem.detail ?? problem.title ?? fallback, response.headers);
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

/** @param token the operator token, sent with operator actions only. */
export const createApi = (token: () => string | null) => {
  const asOperator = (init: RequestInit): RequestInit => {
    const given = token();
    return given === null
      ? init
      : { ...init, headers: { ...init.headers, authorization: `Bearer ${given}` } };
  };
  return {
    config: () => read<PublicConfig>("config"),
    submit: (index: number) => read<Accepted>("values", post({ index })),
    /** @param indexes 1 to 100. Indexes without a value are not in the answer. */
    async values(indexes: number[]): Promise<Value[]> {
      return (await read<ValueList>(`values?indexes=${indexes}`, { cache: "no-store" })).values;
    },
    value: (index: number) => read<ValueState>(`values/${index}`, { cache: "no-store" }),
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
      await ask(`calculations/${index}`, asOperator({ method: "DELETE" }));
    },
    system: () => read<Partial<SystemState>>("system", { cache: "no-store" }),
    deadLetters: () => read<DeadLetterPage>("dead-letters", { cache: "no-store" }),
    replay: (id: string) =>
      read<{ replayed: number }>(`dead-letters/${encodeURIComponent(id)}/replay`, asOperator(post())),
    replayAll: () => read<{ replayed: number }>("dead-letters/replay", asOperator(post())),
  };
};
export type Api = ReturnType<typeof createApi>;
