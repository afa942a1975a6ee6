import type { Problem } from "./answers.ts";

/**
 * An answer that tells a client what it did wrong, or what is unavailable here, as
 * RFC 9457 problem+json. Anything else that is thrown becomes a 500 that reveals
 * nothing about the inside.
 */
export class HttpProblem extends Error {
  readonly status: number;
  readonly title: string;
  readonly headers: Record<string, string>;

  /** @param detail a sentence for a person, shown as it is. */
  constructor(status: number, title: string, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = headers;
  }

  toJSON(): Problem {
    return { type: "about:blank", title: this.title, status: this.status, detail: this.message };
  }
}

export const badRequest = (detail: string) => new HttpProblem(400, "Bad request", detail);
export const notFound = (detail: string) => new HttpProblem(404, "Not found", detail);

/** The request cannot be served now, but later. @param seconds when to try again. */
export const unavailable = (detail: string, seconds = 1) =>
  new HttpProblem(503, "Try again later", detail, { "retry-after": String(seconds) });
