import { randomBytes } from "node:crypto";
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";

/** Text messages over a WebSocket: as much of RFC 6455 as an inspector on this machine needs (Node 20 has no client). */
export type TextSocket = { send(text: string): void; close(): void };

/** @param hear is called with every message */
export function openTextSocket(url: string, hear: (text: string) => void): Promise<TextSocket> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
    };
    const asked = request(url.replace(/^ws:/, "http:"), { headers });
    asked.once("error", reject);
    asked.once("upgrade", (_response: IncomingMessage, socket: Socket, head: Buffer) => {
      read(socket, head, hear);
      resolve({ send: (text) => socket.write(frame(text)), close: () => socket.destroy() });
    });
    asked.end();
  });
}

function read(socket: Socket, head: Buffer, hear: (text: string) => void): void {
  let bytes = head;
  let message = Buffer.alloc(0);
  const take = () => {
    for (;;) {
      const found = payload(bytes);
      if (!found) return;
      message = Buffer.concat([message, bytes.subarray(found.start, found.end)]);
      const [first = 0] = bytes;
      bytes = bytes.subarray(found.end);
      if (!(first & 0x80)) continue;
      hear(message.toString());
      message = Buffer.alloc(0);
    }
  };
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    take();
  });
  socket.on("error", () => {});
  take();
}

/** Where the first frame's payload is; undefined while it is not whole. A server does not mask. */
function payload(bytes: Buffer): { start: number; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  return bytes.length < start + length ? undefined : { start, end: start + length };
}

function frame(text: string): Buffer {
  const content = Buffer.from(text);
  if (content.length > 65_535) throw new Error("This message is too long.");
  const long = content.length > 125;
  const head = Buffer.alloc(long ? 4 : 2);
  head[0] = 0x81;
  head[1] = 0x80 | (long ? 126 : content.length);
  if (long) head.writeUInt16BE(content.length, 2);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, content.map((byte, at) => byte ^ mask[at % 4]!)]);
}
