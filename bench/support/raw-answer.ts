/** The status of an HTTP/1.1 answer. */
export const statusOf = (answer: string): number => Number(answer.slice(9, 12));

/**
 * How many characters (latin1) the whole answer has; undefined while that cannot be told.
 * Knows content-length and, in an answer that has ended, chunks.
 */
export function answerLength(answer: string): number | undefined {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const found = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, headEnd + 2));
  if (found) return headEnd + 4 + Number(found[1]);
  if (/^HTTP\/1.1 204/.test(answer)) return headEnd + 4;
  return answer.endsWith("\r\n0\r\n\r\n") ? answer.length : undefined;
}
