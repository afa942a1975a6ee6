import type { FunctionBuilder, Local } from "../wasm/assembler.ts";
import { type Code, f64x2 } from "../wasm/instructions.ts";

/** Bytes of one cell: two complex numbers, stored as [re, re] then [im, im]. */
export const CELL = 32;
const IMAGINARY = 16;

/** Code for two complex numbers at once, one in each lane of the two vectors. */
export interface Complex {
  readonly re: Code;
  readonly im: Code;
}

/** Two complex numbers kept in local variables. */
export interface ComplexLocal extends Complex {
  set(value: Complex): Code;
}

/** Declares the two locals of a complex value. */
export function complexLocal(builder: FunctionBuilder): ComplexLocal {
  const re: Local = builder.local("v128");
  const im: Local = builder.local("v128");
  return { re: re.get, im: im.get, set: (value) => [...re.set(value.re), ...im.set(value.im)] };
}

export const loadCell = (address: Code, offset = 0): Complex => ({
  re: f64x2.load(address, offset),
  im: f64x2.load(address, offset + IMAGINARY),
});

export const storeCell = (address: Code, value: Complex, offset = 0): Code => [
  ...f64x2.store(address, value.re, offset),
  ...f64x2.store(address, value.im, offset + IMAGINARY),
];

export const add = (a: Complex, b: Complex): Complex => ({
  re: f64x2.add(a.re, b.re),
  im: f64x2.add(a.im, b.im),
});

export const subtract = (a: Complex, b: Complex): Complex => ({
  re: f64x2.subtract(a.re, b.re),
  im: f64x2.subtract(a.im, b.im),
});

/** a + i b. */
export const addTurned = (a: Complex, b: Complex): Complex => ({
  re: f64x2.subtract(a.re, b.im),
  im: f64x2.add(a.im, b.re),
});

/** a − i b. */
export const subtractTurned = (a: Complex, b: Complex): Complex => ({
  re: f64x2.add(a.re, b.im),
  im: f64x2.subtract(a.im, b.re),
});

/** a b. Both operands are read twice, so they should be locals or loads. */
export const multiply = (a: Complex, b: Complex): Complex => ({
  re: f64x2.subtract(f64x2.multiply(a.re, b.re), f64x2.multiply(a.im, b.im)),
  im: f64x2.add(f64x2.multiply(a.re, b.im), f64x2.multiply(a.im, b.re)),
});

/** a times the conjugate of b. */
export const multiplyConjugate = (a: Complex, b: Complex): Complex => ({
  re: f64x2.add(f64x2.multiply(a.re, b.re), f64x2.multiply(a.im, b.im)),
  im: f64x2.subtract(f64x2.multiply(a.im, b.re), f64x2.multiply(a.re, b.im)),
});
