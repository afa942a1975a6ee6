import { CELL } from "./kernels/complex.ts";
import type { Shape } from "./plan.ts";
import type { Progress } from "./progress.ts";
import type { Workspace } from "./workspace.ts";

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

/** Calls `visit` for each cached block after the stages above it, and undoes those stages behind it. */
function descend(
  transform: Transform,
  visit: (address: number, cells: number, node: number) => void,
  inverse: boolean,
): void {
  const { kernels } = transform.workspace;
  const split = (address: number, cells: number, node: number): void => {
    if (cells <= CACHED_CELLS) {
      visit(address, cells, node);
      transform.progress.advance(inverse ? 2 * cells : cells);
      return;
    }
    const quarter = cells / 4;
    kernels.forward(address, cells, quarter, node);
    for (let part = 0; part < 4; part += 1) {
      split(address + part * quarter * CELL, quarter, 4 * node + 1 + part);
    }
    if (inverse) kernels.inverse(address, cells, quarter, node);
  };
  split(transform.address, transform.shape.cells, 0);
}

/** The last-stage nodes below a node whose block has `cells` cells: how many, and the first one's number. */
function lastStage(shape: Shape, cells: number, node: number): [count: number, first: number] {
  const count = cells / (4 * shape.leaf);
  return [count, node * count + (count - 1) / 3];
}

/** Replaces the polynomial of `transform` by its square, 4^stages times too large. */
export function squareInPlace(transform: Transform): void {
  const { workspace, shape } = transform;
  const square = workspace.square(shape.leaf);
  descend(
    transform,
    (address, cells, node) => {
      workspace.kernels.forward(address, cells, shape.leaf, node);
      square(address, ...lastStage(shape, cells, node));
      workspace.kernels.inverse(address, cells, shape.leaf, node);
    },
    true,
  );
}

/**
 * Replaces the polynomial of `transform` by its product with that of `other`, 4^stages times too large.
 * The other one is left transformed.
 */
export function multiplyInPlace(transform: Transform, other: Transform): void {
  const { workspace, shape } = transform;
  const { kernels } = workspace;
  const multiply = workspace.multiply(shape.leaf);
  descend(other, (address, cells, node) => kernels.forward(address, cells, shape.leaf, node), false);
  const distance = other.address - transform.address;
  descend(
    transform,
    (address, cells, node) => {
      kernels.forward(address, cells, shape.leaf, node);
      multiply(address, ...lastStage(shape, cells, node), address + distance);
      kernels.inverse(address, cells, shape.leaf, node);
    },
    true,
  );
}
