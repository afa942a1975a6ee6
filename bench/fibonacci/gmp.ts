import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running gmp.c: answers requests one after the other. */
export class Gmp {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  private constructor(program: string) {
    this.#process = spawn(program);
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Compiles gmp.c and starts it.
   *
   * @returns undefined with the compiler's complaint on standard error when there is no C compiler or no
   *   gmp.h (Debian: `apt-get install gcc libgmp-dev`).
   */
  static start(): Gmp | undefined {
    const folder = mkdtempSync(join(tmpdir(), "fibonacci-gmp-"));
    const program = join(folder, "gmp");
    const source = fileURLToPath(new URL("gmp.c", import.meta.url));
    const compiler = spawnSync("cc", ["-O2", "-o", program, source, "-lgmp"], { encoding: "utf8" });
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    if (compiler.status === 0) return new Gmp(program);
    console.error(compiler.stderr || String(compiler.error));
    return undefined;
  }

  /** Milliseconds of `mpz_fib_ui` and `mpz_get_str`. */
  async time(index: number): Promise<number> {
    return Number(await this.#ask(`time ${index}`));
  }

  /** The decimal digits of F(index) as GMP sees them. */
  digits(index: number): Promise<string> {
    return this.#ask(`digits ${index}`);
  }

  stop(): void {
    this.#process.stdin.end();
  }

  async #ask(request: string): Promise<string> {
    this.#process.stdin.write(`${request}\n`);
    const answer = await this.#answers.next();
    if (answer.done) throw new Error(`gmp.c ended instead of answering "${request}"`);
    return answer.value;
  }
}
