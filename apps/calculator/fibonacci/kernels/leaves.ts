import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, f64x2, i32, repeatWhile } from "../wasm/instructions.ts";
import { HEAP, NODE } from "./butterflies.ts";
import {
  add,
  CELL,
  type Complex,
  type ComplexLocal,
  complexLocal,
  loadCell,
  multiply,
  storeCell,
} from "./complex.ts";

/** Code that leaves Σ a_i b_j over i + j = degree, i and j below the leaf's size, in `total`. */
type Convolve = (degree: number, total: ComplexLocal) => Code;

/**
 * `square(address, nodes, node, 0)` squares the four leaves below each of `nodes` nodes of the last stage,
 * in place. A leaf is a polynomial of `size` coefficients modulo y^size − w, squared by the schoolbook
 * method. The first of the nodes has the number `node` in the heap. The last parameter is not used: it is there
 * so that both kernels of this file are called in the same way.
 */
export function squareKernel(size: number): FunctionBuilder {
  const builder = new FunctionBuilder("square", ["i32", "i32", "i32", "i32"]);
  const [address, nodes, node] = builder.parameters as [Local, Local, Local];
  const values = loadLeaf(builder, address, size);
  emitLeaves(builder, { address, nodes, node, size }, values.load, (degree, total) => {
    const pairs: Complex[] = [];
    for (let i = Math.max(0, degree - size + 1); 2 * i < degree; i += 1) {
      pairs.push(multiply(values.locals[i]!, values.locals[degree - i]!));
    }
    const middle = values.locals[degree / 2];
    const square = middle && multiply(middle, middle);
    if (pairs.length === 0) return total.set(square!);
    return [
      ...total.set(pairs.reduce(add)),
      // a_i a_j and a_j a_i are equal: calculated once, counted twice.
      ...total.set(add(total, total)),
      ...(square ? total.set(add(total, square)) : []),
    ];
  });
  return builder;
}

/**
 * `multiply(address, nodes, node, other)` multiplies every leaf by the leaf at the same place of a
 * second transform, which starts at `other`; the product replaces the first.
 */
export function multiplyKernel(size: number): FunctionBuilder {
  const builder = new FunctionBuilder("multiply", ["i32", "i32", "i32", "i32"]);
  const [address, nodes, node, other] = builder.parameters as [Local, Local, Local, Local];
  const values = loadLeaf(builder, address, size);
  const factor = complexLocal(builder);
  emitLeaves(builder, { address, nodes, node, size, next: other }, values.load, (degree, total) => {
    const first = Math.max(0, degree - size + 1);
    return values.locals.slice(first, degree + 1).flatMap((value, place) => {
      const product = multiply(value, factor);
      return [
        factor.set(loadCell(other.get, (degree - first - place) * CELL)),
        total.set(place === 0 ? product : add(total, product)),
      ];
    });
  });
  return builder;
}

function loadLeaf(
  builder: FunctionBuilder,
  address: Local,
  size: number,
): { locals: ComplexLocal[]; load: Code } {
  const locals = Array.from({ length: size }, () => complexLocal(builder));
  return { locals, load: locals.flatMap((local, i) => local.set(loadCell(address.get, i * CELL))) };
}

interface Leaves {
  readonly address: Local;
  readonly nodes: Local;
  readonly node: Local;
  readonly size: number;
  /** A second pointer that moves with the first. */
  readonly next?: Local;
}

/**
 * The loops over nodes and their four leaves. With w the first twiddle factor of the node, the roots of
 * its leaves are w, −w, iw, −iw, in this order.
 */
function emitLeaves(builder: FunctionBuilder, leaves: Leaves, load: Code, convolve: Convolve): void {
  const { address, nodes, node, size, next } = leaves;
  const twiddle = builder.local("i32");
  const turns = builder.local("i32");
  const signs = builder.local("i32");
  const root = complexLocal(builder);
  const low = complexLocal(builder);
  const high = complexLocal(builder);
  const swap = builder.local("v128");
  const countDown = (counter: Local) => counter.set(i32.subtract(counter.get, i32.constant(1)));
  const advance = (pointer: Local) => pointer.set(i32.add(pointer.get, i32.constant(size * CELL)));

  const leaf: Code[] = [load];
  for (let degree = 0; degree < size; degree += 1) {
    leaf.push(convolve(degree, low));
    // y^size = w brings the coefficients of degree `size` and above back to the bottom.
    if (degree + size <= 2 * size - 2) {
      leaf.push(convolve(degree + size, high), low.set(add(low, multiply(high, root))));
    }
    leaf.push(storeCell(address.get, low, degree * CELL));
  }
  builder.emit(
    twiddle.set(i32.add(i32.multiply(node.get, i32.constant(NODE)), i32.constant(HEAP))),
    repeatWhile(
      [
        ...root.set(loadCell(twiddle.get)),
        ...turns.set(i32.constant(2)),
        ...repeatWhile(
          [
            ...signs.set(i32.constant(2)),
            ...repeatWhile(
              [
                ...leaf,
                ...advance(address),
                ...(next ? advance(next) : []),
                ...root.set({ re: f64x2.negate(root.re), im: f64x2.negate(root.im) }),
                ...countDown(signs),
              ],
              signs.get,
            ),
            // Two changes of sign have brought w back; now to iw.
            ...swap.set(root.re),
            ...root.set({ re: f64x2.negate(root.im), im: swap.get }),
            ...countDown(turns),
          ],
          turns.get,
        ),
        ...twiddle.set(i32.add(twiddle.get, i32.constant(NODE))),
        ...countDown(nodes),
      ],
      nodes.get,
    ),
  );
}
