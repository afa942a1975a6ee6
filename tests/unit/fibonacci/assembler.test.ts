import { assemble, FunctionBuilder, type Local } from "../../../apps/calculator/fibonacci/wasm/assembler.ts";
import {
  f64x2,
  flatten,
  i32,
  repeatWhile,
  signed,
  unsigned,
} from "../../../apps/calculator/fibonacci/wasm/instructions.ts";

function instantiate(builder: FunctionBuilder): (...parameters: number[]) => number {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(assemble([builder]));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports[builder.name] as (...parameters: number[]) => number;
}

describe("the assembler", () => {
  test("encodes integers in LEB128 as in the examples of Wikipedia", () => {
    expect(unsigned(624_485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(signed(-123_456)).toEqual([0xc0, 0xbb, 0x78]);
  });

  test.each([0, 1, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)])("encodes the constant %i", (value) => {
    const builder = new FunctionBuilder("constant", [], ["i32"]);
    builder.emit(i32.constant(value));
    expect(instantiate(builder)()).toBe(value);
  });

  test("keeps code in the order in which it was put together", () => {
    expect(flatten([1, [2, [3, []], 4], 5])).toEqual([1, 2, 3, 4, 5]);
  });

  test("makes a loop that can be called", () => {
    const builder = new FunctionBuilder("factorial", ["i32"], ["i32"]);
    const [n] = builder.parameters as [Local];
    const product = builder.local("i32");
    builder.emit(
      product.set(i32.constant(1)),
      repeatWhile(
        [product.set(i32.multiply(product.get, n.get)), n.set(i32.subtract(n.get, i32.constant(1)))],
        n.get,
      ),
      product.get,
    );
    expect(instantiate(builder)(10)).toBe(3_628_800);
  });

  test("tells the lanes of a vector apart", () => {
    const lane = (which: 0 | 1) => {
      const builder = new FunctionBuilder("lane", [], ["f64"]);
      builder.emit(f64x2.extract(f64x2.constant(0.5, -3), which));
      return instantiate(builder)();
    };
    expect([lane(0), lane(1)]).toEqual([0.5, -3]);
  });
});
