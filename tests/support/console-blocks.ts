/** A command of a page, and what it should print; "…" stands for anything. */
export interface Command {
  command: string;
  output: string;
}

/** The commands of a page's ```console blocks, in order: lines that begin with "$ ", and what follows each. */
export function consoleCommands(markdown: string): Command[] {
  const blocks = [...markdown.matchAll(/^```console\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command, ...output] = part.trimEnd().split("\n");
        return { command: command!, output: output.join("\n") };
      }),
  );
}

/** A pattern for the whole of an output. A line that is only "…" stands for any lines, or none. */
export function outputPattern(output: string): RegExp {
  const lines = output.split("\n");
  const parts = lines.map((line, at) => {
    const last = at === lines.length - 1;
    if (line === "…") return last ? "[\\s\\S]*" : "(?:[^\\n]*\\n)*?";
    const literal = line.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return literal.join("[^\\n]*?") + (last ? "" : "\\n");
  });
  return new RegExp(`^${parts.join("")}\\s*$`);
}
