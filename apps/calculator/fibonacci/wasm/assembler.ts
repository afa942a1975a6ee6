import { type Code, end, flatten, localGet, localSet, unsigned } from "./instructions.ts";

/** Value types by their binary code (WebAssembly Core Specification 2.0, section 5.3). */
const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof VALUE_TYPES;

/** A local variable or parameter: `get` is code that reads it, `set` makes code that writes it. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** One exported function in the making: its locals are declared as they are asked for. */
export class FunctionBuilder {
  readonly name: string;
  readonly parameterTypes: readonly ValueType[];
  readonly resultTypes: readonly ValueType[];
  readonly #localTypes: ValueType[] = [];
  readonly #body: Code[] = [];

  constructor(name: string, parameterTypes: readonly ValueType[], resultTypes: readonly ValueType[] = []) {
    this.name = name;
    this.parameterTypes = parameterTypes;
    this.resultTypes = resultTypes;
  }

  /** The parameters, in the order of `parameterTypes`; destructure them to name them. */
  get parameters(): Local[] {
    return this.parameterTypes.map((_, index) => access(index));
  }

  /** A new local variable, zero at the start of every call. */
  local(type: ValueType): Local {
    this.#localTypes.push(type);
    return access(this.parameterTypes.length + this.#localTypes.length - 1);
  }

  /** Appends code to the body. */
  emit(...codes: Code[]): void {
    this.#body.push(...codes);
  }

  /** The function type and the body as the type and code sections hold them. */
  encode(): { type: number[]; body: number[] } {
    const types = (list: readonly ValueType[]) => vector(list.map((type) => [VALUE_TYPES[type]]));
    // Every local is declared in a run of its own: some bytes longer than runs of equal types, but simple.
    const locals = vector(this.#localTypes.map((type) => [1, VALUE_TYPES[type]]));
    const body = flatten([locals, this.#body, end]);
    return {
      type: [0x60, ...types(this.parameterTypes), ...types(this.resultTypes)],
      body: [...unsigned(body.length), ...body],
    };
  }
}

function access(index: number): Local {
  const get = localGet(index);
  return { get, set: (value) => [value, localSet(index)] };
}

/** A vector of the binary format: its length, then its elements. */
function vector(elements: readonly number[][]): number[] {
  return unsigned(elements.length).concat(...elements);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...unsigned(bytes.length), ...bytes];
}

/**
 * The bytes of a WebAssembly module that imports its memory as `env.memory` and exports every function
 * by its name. Layout after the WebAssembly Core Specification 2.0, section 5.5.
 */
export function assemble(functions: readonly FunctionBuilder[]): Uint8Array<ArrayBuffer> {
  const encoded = functions.map((builder) => builder.encode());
  const memoryWithoutMaximum = [0x02, 0x00, 0x01];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(encoded.map(({ type }) => type))),
    ...section(2, vector([[...name("env"), ...name("memory"), ...memoryWithoutMaximum]])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(
      7,
      vector(functions.map((builder, index) => [...name(builder.name), 0x00, ...unsigned(index)])),
    ),
    ...section(10, vector(encoded.map(({ body }) => body))),
  ]);
}
