import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, i32, repeatWhile } from "../wasm/instructions.ts";
import {
  add,
  addTurned,
  CELL,
  type ComplexLocal,
  complexLocal,
  loadCell,
  multiply,
  multiplyConjugate,
  storeCell,
  subtract,
  subtractTurned,
} from "./complex.ts";

/** Bytes of the twiddle factors w, w², w³ of one node. */
export const NODE = 3 * CELL;
/** Address of the heap of nodes: the root, then its four parts, then their sixteen, and so on. */
export const HEAP = 4096;

/**
 * `forward(address, cells, stop, node)` takes the coefficients of a polynomial known modulo y^cells − v
 * and leaves its remainders modulo y^stop − v', in place. Each stage splits
 * y^4h − w⁴ = (y^h − w)(y^h + w)(y^h − iw)(y^h + iw); `node` is the number of the first stage's node in
 * the heap, and the parts of node n are the nodes 4n + 1 to 4n + 4.
 */
export function forwardKernel(): FunctionBuilder {
  const builder = new FunctionBuilder("forward", ["i32", "i32", "i32", "i32"]);
  const [address, cells, stop, node] = builder.parameters as [Local, Local, Local, Local];
  const quarter = builder.local("i32");
  const nodes = builder.local("i32");
  builder.emit(
    quarter.set(i32.multiply(cells.get, i32.constant(CELL / 4))),
    nodes.set(i32.constant(1)),
    repeatWhile(
      [
        ...stage(builder, { address, node, nodes, quarter }, forwardButterfly),
        ...quarter.set(i32.shiftRight(quarter.get, i32.constant(2))),
        ...nodes.set(i32.shiftLeft(nodes.get, i32.constant(2))),
        ...node.set(i32.add(i32.shiftLeft(node.get, i32.constant(2)), i32.constant(1))),
      ],
      i32.atLeast(quarter.get, i32.multiply(stop.get, i32.constant(CELL))),
    ),
  );
  return builder;
}

/**
 * `inverse(address, cells, stop, node)` undoes `forward` with the same arguments, except that every
 * stage leaves its coefficients four times too large.
 */
export function inverseKernel(): FunctionBuilder {
  const builder = new FunctionBuilder("inverse", ["i32", "i32", "i32", "i32"]);
  const [address, cells, stop, node] = builder.parameters as [Local, Local, Local, Local];
  const quarter = builder.local("i32");
  const nodes = builder.local("i32");
  const one = i32.constant(1);
  const two = i32.constant(2);
  builder.emit(
    quarter.set(i32.multiply(stop.get, i32.constant(CELL))),
    nodes.set(i32.divide(cells.get, i32.shiftLeft(stop.get, two))),
    // The first node of the last stage, t stages below `node`: node 4^t + (4^t − 1)/3.
    node.set(
      i32.add(i32.multiply(node.get, nodes.get), i32.divide(i32.subtract(nodes.get, one), i32.constant(3))),
    ),
    repeatWhile(
      [
        ...stage(builder, { address, node, nodes, quarter }, inverseButterfly),
        ...quarter.set(i32.shiftLeft(quarter.get, two)),
        ...nodes.set(i32.shiftRight(nodes.get, two)),
        ...node.set(i32.shiftRight(i32.subtract(node.get, one), two)),
      ],
      nodes.get,
    ),
  );
  return builder;
}

interface Stage {
  /** First byte of the first block. */
  readonly address: Local;
  /** Number of the first block's node in the heap, and of blocks. */
  readonly node: Local;
  readonly nodes: Local;
  /** Bytes of a quarter of a block, the distance between the inputs of a butterfly. */
  readonly quarter: Local;
}

type Four<T> = readonly [T, T, T, T];
type Butterfly = (
  at: Four<Code>,
  values: Four<ComplexLocal>,
  twiddles: readonly ComplexLocal[],
  raw: ComplexLocal,
) => Code;

/** One stage: for each block its three twiddle factors, then a butterfly for each cell of a quarter. */
function stage(
  builder: FunctionBuilder,
  { address, node, nodes, quarter }: Stage,
  butterfly: Butterfly,
): Code {
  const [p0, p1, p2, p3, end, twiddle, left] = Array.from({ length: 7 }, () =>
    builder.local("i32"),
  ) as Local[];
  const pointers = [p0!, p1!, p2!, p3!] as const;
  const twiddles = [0, 1, 2].map(() => complexLocal(builder));
  const [a, b, c, d, raw] = Array.from({ length: 5 }, () => complexLocal(builder)) as ComplexLocal[];
  const advance = (pointer: Local) => pointer.set(i32.add(pointer.get, i32.constant(CELL)));
  return [
    ...p3!.set(address.get),
    ...left!.set(nodes.get),
    ...twiddle!.set(i32.add(i32.multiply(node.get, i32.constant(NODE)), i32.constant(HEAP))),
    ...repeatWhile(
      [
        ...twiddles.flatMap((local, power) => local.set(loadCell(twiddle!.get, power * CELL))),
        ...p0!.set(p3!.get),
        ...p1!.set(i32.add(p0!.get, quarter.get)),
        ...p2!.set(i32.add(p1!.get, quarter.get)),
        ...p3!.set(i32.add(p2!.get, quarter.get)),
        ...end!.set(p1!.get),
        ...repeatWhile(
          [
            ...butterfly(
              pointers.map((pointer) => pointer.get) as unknown as Four<Code>,
              [a!, b!, c!, d!],
              twiddles,
              raw!,
            ),
            ...pointers.flatMap(advance),
          ],
          i32.less(p0!.get, end!.get),
        ),
        ...twiddle!.set(i32.add(twiddle!.get, i32.constant(NODE))),
        ...left!.set(i32.subtract(left!.get, i32.constant(1))),
      ],
      left!.get,
    ),
  ];
}

const forwardButterfly: Butterfly = (at, [a, b, c, d], [w1, w2, w3], raw) => [
  ...raw.set(loadCell(at[1])),
  ...b.set(multiply(raw, w1!)),
  ...raw.set(loadCell(at[3])),
  ...d.set(multiply(raw, w3!)),
  ...a.set(add(b, d)),
  ...d.set(subtract(b, d)),
  ...raw.set(loadCell(at[2])),
  ...c.set(multiply(raw, w2!)),
  ...raw.set(loadCell(at[0])),
  ...b.set(add(raw, c)),
  ...c.set(subtract(raw, c)),
  ...storeCell(at[0], add(b, a)),
  ...storeCell(at[1], subtract(b, a)),
  ...storeCell(at[2], addTurned(c, d)),
  ...storeCell(at[3], subtractTurned(c, d)),
];

const inverseButterfly: Butterfly = (at, [a, b, c, d], [w1, w2, w3], raw) => [
  ...raw.set(loadCell(at[0])),
  ...b.set(loadCell(at[1])),
  ...a.set(add(raw, b)),
  ...b.set(subtract(raw, b)),
  ...raw.set(loadCell(at[2])),
  ...d.set(loadCell(at[3])),
  ...c.set(add(raw, d)),
  ...d.set(subtract(raw, d)),
  ...storeCell(at[0], add(a, c)),
  ...raw.set(subtract(a, c)),
  ...storeCell(at[2], multiplyConjugate(raw, w2!)),
  ...raw.set(subtractTurned(b, d)),
  ...storeCell(at[1], multiplyConjugate(raw, w1!)),
  ...raw.set(addTurned(b, d)),
  ...storeCell(at[3], multiplyConjugate(raw, w3!)),
];
