import { type ChildProcess, spawn } from "node:child_process";

/** A shell into which commands are typed one block after the other, as a reader does it. */
export class Shell {
  readonly #process: ChildProcess;
  #output = "";
  #hear: () => void = () => {};

  constructor(options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number }) {
    this.#process = spawn("bash", ["--noprofile", "--norc", "-s"], { ...options, stdio: "pipe" });
    for (const stream of [this.#process.stdout!, this.#process.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
        this.#hear();
      });
  }

  /**
   * Types a block of commands; resolves with what they printed.
   * @throws when one of them fails, with all output.
   */
  run(block: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#output = "";
      this.#hear = () => {
        const end = /^::status (\d+)$/m.exec(this.#output);
        if (!end) return;
        const output = this.#output.slice(0, end.index);
        if (end[1] === "0") resolve(output);
        else reject(new Error(`${block}\nfailed with code ${end[1]}:\n${output.slice(-4_000)}`));
      };
      // Stops at the first command that fails, and keeps the folder and the variables.
      const script = block.trim().split("\n").join(" &&\n");
      this.#process.stdin!.write(`{ ${script}\n}; printf '\\n::status %s\\n' "$?"\n`);
    });
  }

  end(): void {
    this.#process.kill();
  }
}
