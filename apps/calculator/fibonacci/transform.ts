import { CELL } from "./kernels/complex.ts";
import type { Shape } from "./plan.ts";
import type { Progress } from "./progress.ts";
import type { LeafKernel, Workspace } from "./workspace.ts";

/**
 * Blocks of at most this many cells (16 KiB) go through all of their stages at once: they stay in the
 * first-level cache meanwhile. Larger ones are split by one stage, and each quarter is finished before the
 * next begins, so that the parts of a transform fit in the next cache as soon as they can.
 */
const CACHED_CELLS = 512;

/** The transform of one number: where its cells start. */
export interface Transform {
  readonly workspace: Workspace;
  readonly shape: Shape;
  readonly address: number;
  /** Counts cells times transforms. */
  readonly progress: Progress;
}

/** Part of a transform: a block, and the number of the node in the heap that splits it. */
function forward(transform: Transform, address: number, cells: number, node: number): void {
  const { workspace, shape, progress } = transform;
  if (cells <= CACHED_CELLS) {
    workspace.transforms.forward(address, cells, shape.leaf, node);
    progress.advance(cells);
    return;
  }
  const quarter = cells / 4;
  workspace.transforms.forward(address, cells, quarter, node);
  for (let part = 0; part < 4; part += 1) {
    forward(transform, address + part * quarter * CELL, quarter, 4 * node + 1 + part);
  }
}

/** Transforms a block, lets `kernel` replace its leaves, and transforms it back. */
function thereAndBack(
  transform: Transform,
  kernel: LeafKernel,
  distance: number,
  address: number,
  cells: number,
  node: number,
): void {
  const { workspace, shape, progress } = transform;
  if (cells <= CACHED_CELLS) {
    workspace.transforms.forward(address, cells, shape.leaf, node);
    // The nodes of the last stage that are below this node: how many, and the number of the first.
    const nodes = cells / (4 * shape.leaf);
    kernel(address, nodes, node * nodes + (nodes - 1) / 3, address + distance);
    workspace.transforms.inverse(address, cells, shape.leaf, node);
    progress.advance(2 * cells);
    return;
  }
  const quarter = cells / 4;
  workspace.transforms.forward(address, cells, quarter, node);
  for (let part = 0; part < 4; part += 1) {
    const start = address + part * quarter * CELL;
    thereAndBack(transform, kernel, distance, start, quarter, 4 * node + 1 + part);
  }
  workspace.transforms.inverse(address, cells, quarter, node);
}

/** Replaces the polynomial of `transform` by its square, 4^stages times too large. */
export function squareInPlace(transform: Transform): void {
  const { workspace, shape, address } = transform;
  thereAndBack(transform, workspace.square(shape.leaf), 0, address, shape.cells, 0);
}

/**
 * Replaces the polynomial of `transform` by its product with that of `other`, 4^stages times too large.
 * The other one is left transformed.
 */
export function multiplyInPlace(transform: Transform, other: Transform): void {
  const { workspace, shape, address } = transform;
  forward(other, other.address, shape.cells, 0);
  const distance = other.address - address;
  thereAndBack(transform, workspace.multiply(shape.leaf), distance, address, shape.cells, 0);
}
