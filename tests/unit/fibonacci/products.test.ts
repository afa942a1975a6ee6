import fc from "fast-check";
import { SCHOOLBOOK_LIMBS } from "../../../apps/calculator/fibonacci/kernels/schoolbook.ts";
import { planFor, type Shape } from "../../../apps/calculator/fibonacci/plan.ts";
import { DecimalProducts } from "../../../apps/calculator/fibonacci/products.ts";
import { Progress } from "../../../apps/calculator/fibonacci/progress.ts";
import { Workspace } from "../../../apps/calculator/fibonacci/workspace.ts";

const workspace = new Workspace();

/** Room for two numbers and two transforms of a shape, laid out as in a calculation. */
function arrange(shape: Shape, digitsPerLimb: number) {
  const bytes = 4 * shape.cells * 4;
  const start = workspace.reserve(
    shape.stages,
    planFor(4 * shape.cells * digitsPerLimb, digitsPerLimb).bytes * 2,
  );
  const cells = start + 2 * bytes;
  const products = new DecimalProducts(workspace, digitsPerLimb, cells, new Progress(1, undefined));
  return { products, a: start, b: start + bytes };
}

/** The number that limbs stand for; by halves, because one by one would take quadratic time. */
function numberOf(limbs: Int32Array, base: bigint): bigint {
  if (limbs.length === 1) return BigInt(limbs[0]!);
  const half = limbs.length >> 1;
  return (
    numberOf(limbs.subarray(0, half), base) + numberOf(limbs.subarray(half), base) * base ** BigInt(half)
  );
}

const shapeOf = (leaf: number, stages: number): Shape => ({ leaf, stages, cells: leaf * 4 ** stages });
const shapes = Array.from({ length: 12 }, (_, index) => index + 4).flatMap((leaf) =>
  [1, 2, 3].map((stages) => ({ leaf, stages })),
);

/** Without stages the whole product is calculated by the schoolbook method. */
const shortSizes = Array.from({ length: SCHOOLBOOK_LIMBS / 8 }, (_, index) => ({
  leaf: 4 * (index + 1),
  stages: 0,
}));

describe("DecimalProducts", () => {
  test.each(shapes)("multiplies exactly with leaves of $leaf after $stages stages", ({ leaf, stages }) => {
    const shape = shapeOf(leaf, stages);
    const { products, a, b } = arrange(shape, 4);
    const length = 2 * shape.cells;
    const limb = fc.integer({ min: -5000, max: 5000 });
    const number = fc.array(limb, { minLength: length - 1, maxLength: length - 1 });
    fc.assert(
      fc.property(number, number, (left, right) => {
        // The highest limb stays zero, so that a negative product of the limbs below it fits as well.
        products.limbs(a, length).set([...left, 0]);
        products.limbs(b, length).set([...right, 0]);
        const expected =
          numberOf(Int32Array.from(left), 10_000n) * numberOf(Int32Array.from(right), 10_000n) - 1n;
        products.multiply(shape, a, b, a, -1);
        expect(numberOf(products.limbs(a, 2 * length), 10_000n)).toBe(expected);
      }),
      { numRuns: 10 },
    );
  });

  test.each([...shapes, ...shortSizes])(
    "combines squares exactly with leaves of $leaf after $stages stages",
    ({ leaf, stages }) => {
      const shape = shapeOf(leaf, stages);
      const { products, a, b } = arrange(shape, 5);
      const length = 2 * shape.cells;
      const limb = fc.integer({ min: -50_000, max: 50_000 });
      const number = fc.array(limb, { minLength: length - 1, maxLength: length - 1 });
      fc.assert(
        fc.property(number, number, (left, right) => {
          products.limbs(a, length).set([...left, 0]);
          products.limbs(b, length).set([...right, 0]);
          const x = numberOf(Int32Array.from(left), 100_000n) ** 2n;
          const y = numberOf(Int32Array.from(right), 100_000n) ** 2n;
          products.combineSquares(shape, a, b, [4, -1, -2], [3, -2, 2]);
          expect(numberOf(products.limbs(a, 2 * length), 100_000n)).toBe(4n * x - y - 2n);
          expect(numberOf(products.limbs(b, 2 * length), 100_000n)).toBe(3n * x - 2n * y + 2n);
        }),
        { numRuns: 10 },
      );
    },
  );

  test("stays exact for the worst limbs the bound admits, in a transform of many cached blocks", () => {
    const shape = shapeOf(5, 6);
    const { products, a, b } = arrange(shape, 4);
    const length = 2 * shape.cells;
    // All limbs as large as they can be and of one sign: the coefficients grow as far as possible.
    for (const address of [a, b])
      products
        .limbs(address, length)
        .fill(5000)
        .fill(0, length - 1);
    const value = numberOf(products.limbs(a, length), 10_000n);
    products.multiply(shape, a, b, b, 0);
    expect(numberOf(products.limbs(b, 2 * length), 10_000n)).toBe(value * value);
  });

  test("carries an overflow through all the limbs above it", () => {
    const shape = shapeOf(4, 0);
    const { products, a, b } = arrange(shape, 4);
    const limbs = Array.from({ length: 2 * shape.cells }, (_, at) => (at < 7 ? 5000 : 0));
    products.limbs(a, limbs.length).set(limbs);
    products.limbs(b, limbs.length).fill(0).set([1]);
    const value = numberOf(Int32Array.from(limbs), 10_000n) ** 2n;
    products.combineSquares(shape, a, b, [1, -1, 2 ** 40], [0, 1, -(2 ** 40)]);
    expect(numberOf(products.limbs(a, 4 * shape.cells), 10_000n)).toBe(value - 1n + 2n ** 40n);
    expect(numberOf(products.limbs(b, 4 * shape.cells), 10_000n)).toBe(1n - 2n ** 40n);
    expect(Math.max(...products.limbs(a, 4 * shape.cells).map(Math.abs))).toBeLessThanOrEqual(5000);
  });

  test("refuses limbs whose product could be rounded to a wrong integer", () => {
    const shape = shapeOf(4, 1);
    const { products, a, b } = arrange(shape, 8);
    for (const address of [a, b]) products.limbs(address, 2 * shape.cells).fill(49_999_999);
    expect(() => products.multiply(shape, a, b, a, 0)).toThrow("could be wrong");
    expect(() => products.combineSquares(shape, a, b, [1, 0, 0], [0, 1, 0])).toThrow("could be wrong");
  });

  test.each([0, 1])("refuses a product after %i stages that has no limb for its highest carry", (stages) => {
    const shape = shapeOf(4, stages);
    const { products, a, b } = arrange(shape, 2);
    products.limbs(a, 2 * shape.cells).fill(50);
    products.limbs(b, 2 * shape.cells).fill(50);
    expect(() => products.combineSquares(shape, a, b, [4, 0, 0], [4, 0, 0])).toThrow("outgrown");
  });
});
