/**
 * The few WebAssembly instructions the kernels need, each as a function from operand code to code.
 * Code is a tree of bytes, so that putting pieces together copies nothing.
 * Opcodes: WebAssembly Core Specification 2.0, section 5.4.
 */
export type Code = readonly (number | Code)[];

/** The bytes of code, appended to `bytes`. */
export function flatten(code: Code, bytes: number[] = []): number[] {
  // Runs once, before the compiler has warmed up to it, and then a counted loop beats an iterator.
  for (let at = 0; at < code.length; at += 1) {
    const part = code[at]!;
    if (typeof part === "number") bytes.push(part);
    else flatten(part, bytes);
  }
  return bytes;
}

/** LEB128 encoding of an integer from 0 to 2^32 − 1 (specification, section 5.2.2). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** LEB128 encoding of an integer from −2^31 to 2^31 − 1. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest & 0x7f);
  return bytes;
}

/** LEB128 encoding of an integer from −2^63 to 2^63 − 1. */
function signed64(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64n || rest > 63n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest & 0x7fn));
  return bytes;
}

type Binary = (left: Code, right: Code) => Code;
type Unary = (operand: Code) => Code;

const binary =
  (...opcode: number[]): Binary =>
  (left, right) => [left, right, ...opcode];
const unary =
  (...opcode: number[]): Unary =>
  (operand) => [operand, ...opcode];
/** A vector instruction: the prefix 0xfd, then its number in LEB128. */
const simd = (number: number): number[] => [0xfd, ...unsigned(number)];

export const end: Code = [0x0b];
export const localGet = (index: number): Code => [0x20, ...unsigned(index)];
export const localSet = (index: number): Code => [0x21, ...unsigned(index)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  subtract: binary(0x6b),
  multiply: binary(0x6c),
  divide: binary(0x6e),
  shiftLeft: binary(0x74),
  shiftRight: binary(0x76),
  and: binary(0x71),
  /** −1 for a negative operand, 0 otherwise. */
  signBits: (operand: Code): Code => [operand, ...i32.constant(31), 0x75],
  or: binary(0x72),
  remainder: binary(0x70),
  less: binary(0x49),
  atLeast: binary(0x4f),
  load: (address: Code): Code => [address, 0x28, 0, 0],
  store: (address: Code, value: Code): Code => [address, value, 0x36, 0, 0],
};

export const i64 = {
  constant: (value: bigint): Code => [0x42, ...signed64(value)],
  add: binary(0x7c),
  subtract: binary(0x7d),
  multiply: binary(0x7e),
  /** Unsigned, as are the right shift and the extension below. */
  remainder: binary(0x82),
  and: binary(0x83),
  or: binary(0x84),
  shiftLeft: binary(0x86),
  shiftRight: binary(0x88),
  fromInt32: unary(0xad),
  /** The low half as an i32. */
  toInt32: unary(0xa7),
  load: (address: Code, offset = 0): Code => [address, 0x29, 0, ...unsigned(offset)],
  store: (address: Code, value: Code): Code => [address, value, 0x37, 0, 0],
};

export const f64 = {
  constant: (value: number): Code => [0x44, ...new Uint8Array(new Float64Array([value]).buffer)],
  add: binary(0xa0),
  notEqual: binary(0x62),
};

/** Vectors of two doubles, called v128 in the specification. */
export const f64x2 = {
  constant: (low: number, high: number): Code => [
    ...simd(0x0c),
    ...new Uint8Array(new Float64Array([low, high]).buffer),
  ],
  splat: unary(...simd(0x14)),
  add: binary(...simd(0xf0)),
  subtract: binary(...simd(0xf1)),
  multiply: binary(...simd(0xf2)),
  nearest: unary(...simd(0x94)),
  negate: unary(...simd(0xed)),
  /** Both lanes get the low lane of a local, which is read twice. */
  low: (operand: Code): Code => shuffle(operand, [0, 0]),
  /** Both lanes get the high lane of a local. */
  high: (operand: Code): Code => shuffle(operand, [1, 1]),
  extract: (operand: Code, lane: 0 | 1): Code => [operand, ...simd(0x21), lane],
  fromInt32: unary(...simd(0xfe)),
  toInt32: unary(...simd(0xfc)),
  load: (address: Code, offset = 0): Code => [address, ...simd(0x00), 4, ...unsigned(offset)],
  /** Both lanes get the same number from memory. */
  loadSplat: (address: Code, offset = 0): Code => [address, ...simd(0x0a), 3, ...unsigned(offset)],
  /** Two numbers from different places in memory. */
  loadLanes: (low: Code, high: Code): Code => [high, low, ...simd(0x5d), 3, 0, ...simd(0x57), 3, 0, 1],
  store: (address: Code, value: Code, offset = 0): Code => [
    address,
    value,
    ...simd(0x0b),
    4,
    ...unsigned(offset),
  ],
};

function shuffle(operand: Code, lanes: [number, number]): Code {
  const bytes = lanes.flatMap((lane) => Array.from({ length: 8 }, (_, byte) => lane * 8 + byte));
  return [operand, operand, ...simd(0x0d), ...bytes];
}

/** Vectors of four 32-bit integers, of which the kernels use the two low lanes. */
export const i32x4 = {
  /** Lanes 0 and 1 from memory, the others zero. */
  loadPair: (address: Code): Code => [address, ...simd(0x5d), 0, 0],
  /** Lane 0 from memory, the others zero. */
  loadLow: (address: Code): Code => [address, ...simd(0x5c), 0, 0],
  /** Replaces lane 1 by a number from memory. */
  loadSecond: (address: Code, vector: Code): Code => [address, vector, ...simd(0x56), 0, 0, 1],
  storeLane: (address: Code, vector: Code, lane: 0 | 1): Code => [address, vector, ...simd(0x5a), 0, 0, lane],
};

/** Repeats the body as long as the condition holds, tested after each round: at least one round. */
export function repeatWhile(body: Code, condition: Code): Code {
  return [0x03, 0x40, body, condition, 0x0d, 0x00, ...end];
}
