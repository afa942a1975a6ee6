import { assemble, type FunctionBuilder } from "./assembler.ts";

const modules = new Map<string, WebAssembly.Module>();

/**
 * The functions of a module that works in `memory`, by their names.
 *
 * Each module is compiled at most once in a thread. Further instances of it cost little.
 *
 * @param key names the module; the same key must always mean the same functions.
 * @param functions builds the functions; called only when the module has not been compiled yet.
 */
export function instantiate(
  key: string,
  memory: WebAssembly.Memory,
  functions: () => FunctionBuilder[],
): WebAssembly.Exports {
  let module = modules.get(key);
  if (!module) {
    module = new WebAssembly.Module(assemble(functions()));
    modules.set(key, module);
  }
  // A copy, because looking something up in the original takes as long as a short kernel.
  return { ...new WebAssembly.Instance(module, { env: { memory } }).exports };
}
