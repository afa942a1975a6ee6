import type { IncomingHttpHeaders } from "node:http";

const names = ["localhost", "127.0.0.1", "[::1]"];

/**
 * False for a request that a web page of another site made its browser send, also one whose name was
 * pointed at this machine (DNS rebinding). The switches can run SQL and kill processes.
 */
export function comesFromHere(headers: IncomingHttpHeaders): boolean {
  const { host = "", origin } = headers;
  const site = headers["sec-fetch-site"];
  if (!names.includes(host.replace(/:\d+$/, ""))) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === "same-origin" || site === "none";
}
