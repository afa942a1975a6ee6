import { HEAP, NODE } from "./kernels/butterflies.ts";
import { CELL } from "./kernels/complex.ts";
import { RootsOfUnity } from "./roots-of-unity.ts";

/** Nodes of a heap with `stages` levels: 1 + 4 + … + 4^(stages − 1). */
export function heapNodes(stages: number): number {
  return (4 ** stages - 1) / 3;
}

/** Bytes of the memory below the first free address when the heap has `stages` levels. */
export function heapEnd(stages: number): number {
  return HEAP + heapNodes(stages) * NODE;
}

/**
 * Writes the twiddle factors w, w², w³ of every node of one level of the heap.
 *
 * The lanes start from y^cells = √i = e^(2πi/8) and y^cells = −√i = e^(2πi 5/8). A node with the angle α
 * has w = e^(iα/4), and its parts have the angles of w, −w, iw, −iw. So node number c of the level has
 * w = e^(2πi (1 + 4·lane + 8·reversed(c))/2^(2·level + 5)), c's binary digits being reversed.
 *
 * @param level from 0; the root alone is level 0.
 */
export function writeTwiddles(memory: WebAssembly.Memory, level: number): void {
  const nodes = 4 ** level;
  const out = new Float64Array(memory.buffer, HEAP + heapNodes(level) * NODE, (nodes * NODE) / 8);
  const roots = new RootsOfUnity(2 * level + 5);
  for (let node = 0, at = 0; node < nodes; node += 1) {
    const reversed = reverseBits(node, 2 * level);
    for (let power = 1; power <= 3; power += 1, at += CELL / 8) {
      for (let lane = 0; lane < 2; lane += 1) {
        roots.write(power * (1 + 4 * lane + 8 * reversed), out, at + lane, at + 2 + lane);
      }
    }
  }
}

function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit += 1) reversed = (reversed << 1) | ((value >> bit) & 1);
  return reversed;
}
