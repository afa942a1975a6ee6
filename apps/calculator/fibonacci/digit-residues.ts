import { RESIDUE_BLOCK, RESIDUES, residueRoom, residuesKernel, writeWeights } from "./kernels/residues.ts";
import { instantiate } from "./wasm/instantiate.ts";

const ZERO = 0x30;

type Continue = (digits: number, end: number) => void;

/** Takes the residues of numbers that are written in decimal. */
export class DigitResidues {
  readonly #bytes: Uint8Array;
  readonly #residues: Int32Array;
  /** First address of the digits, and the one behind the last block that fits. */
  readonly #start: number;
  readonly #end: number;
  readonly #continue: Continue;

  /**
   * @param moduli integers from 2 to 2^31.
   * @throws RangeError when a modulus is out of its range.
   */
  constructor(moduli: readonly number[]) {
    for (const modulus of moduli) {
      if (!Number.isInteger(modulus) || modulus < 2 || modulus > 2 ** 31) {
        throw new RangeError(`The modulus of a digit array is an integer from 2 to 2^31, got ${modulus}`);
      }
    }
    // A memory of its own: the digits of the largest numbers leave no room in that of their calculation.
    const memory = new WebAssembly.Memory({ initial: 1 });
    writeWeights(memory, moduli);
    this.#continue = instantiate(`residues ${moduli}`, memory, () => [residuesKernel(moduli)])
      .residues as Continue;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#residues = new Int32Array(memory.buffer, RESIDUES, moduli.length);
    this.#start = residueRoom(moduli.length);
    const room = this.#bytes.length - this.#start;
    this.#end = this.#start + room - (room % RESIDUE_BLOCK);
  }

  /**
   * The residues of a number.
   *
   * @param digits ASCII bytes 0x30 to 0x39, most significant first; an empty array is 0.
   * @returns for each modulus an integer from 0 to the modulus − 1.
   */
  of(digits: Uint8Array): number[] {
    this.#residues.fill(0);
    // Leading zeros fill the first block.
    const zeros = (RESIDUE_BLOCK - (digits.length % RESIDUE_BLOCK)) % RESIDUE_BLOCK;
    this.#bytes.fill(ZERO, this.#start, this.#start + zeros);
    let to = this.#start + zeros;
    for (let from = 0; from < digits.length; to = this.#start) {
      const part = digits.subarray(from, from + this.#end - to);
      this.#bytes.set(part, to);
      this.#continue(this.#start, to + part.length);
      from += part.length;
    }
    return [...this.#residues];
  }
}
