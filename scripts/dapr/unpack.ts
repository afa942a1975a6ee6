import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

const block = 512;

/**
 * Writes one file of a .tar.gz to `target`, executable; the archive's other files are left out. No tar program
 * is needed. Throws when the archive is damaged or does not hold the file at its top.
 */
export async function unpackOne(archive: string, name: string, target: string): Promise<void> {
  await pipeline(
    createReadStream(archive),
    createGunzip(),
    (pieces) => contentOf(name, pieces),
    createWriteStream(target, { mode: 0o755 }),
  );
}

async function* contentOf(name: string, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = new Reader(pieces);
  for (;;) {
    const header = await reader.take(block);
    if (header.length < block || header.every((byte) => byte === 0)) {
      throw new Error(`the archive holds no file ${name}`);
    }
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8);
    if (!Number.isSafeInteger(size) || header.toString("latin1", 257, 262) !== "ustar") {
      throw new Error("the archive is damaged");
    }
    const path = header.toString("latin1", 0, 100).replace(/\0.*$/s, "").replace(/^\.\//, "");
    const isFile = header[156] === 0 || header[156] === 0x30;
    const found = isFile && path === name;
    for (let left = Math.ceil(size / block) * block, kept = size; left > 0; ) {
      const piece = await reader.take(Math.min(left, 1 << 16));
      if (piece.length === 0) throw new Error("the archive is incomplete");
      if (found && kept > 0) yield piece.subarray(0, Math.min(piece.length, kept));
      left -= piece.length;
      kept -= piece.length;
    }
    if (found) return;
  }
}

/** Gives the bytes of a stream in pieces of a wanted length. */
class Reader {
  readonly #pieces: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next `length` bytes; fewer only at the end. */
  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      const next = await this.#pieces.next();
      if (next.done) break;
      this.#held = Buffer.concat([this.#held, next.value]);
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }
}
