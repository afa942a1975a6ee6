import { readdir, readFile, readlink } from "node:fs/promises";

/** A TCP socket that a process listens on. */
export type Listening = { address: string; port: number; command: string };

/** Addresses as /proc/net/tcp and tcp6 write them. */
const loopback = new Set([
  "0100007F",
  "00000000000000000000000001000000",
  "0000000000000000FFFF00000100007F",
]);

/** Every TCP socket that the process and its descendants listen on, of both address families. Linux only. */
export async function listeningBelow(root: number): Promise<Listening[]> {
  const commands = await descendants(root);
  const owners = new Map<string, string>();
  for (const [pid, command] of commands) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "");
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode) owners.set(inode, command);
    }
  }
  const found: Listening[] = [];
  for (const table of ["tcp", "tcp6"]) {
    const text = await readFile(`/proc/net/${table}`, "utf8").catch(() => "");
    for (const line of text.split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const command = owners.get(inode);
      const [address = "", port = ""] = local.split(":");
      if (state === "0A" && command) found.push({ address, port: Number.parseInt(port, 16), command });
    }
  }
  return found;
}

export const isLoopback = ({ address }: Listening) => loopback.has(address);

/** The process and everything below it, by process id, with its command. */
async function descendants(root: number): Promise<Map<number, string>> {
  const parents = new Map<number, { parent: number; command: string }>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const [, command = "", parent = ""] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
    if (parent) parents.set(Number(name), { parent: Number(parent), command });
  }
  const below = new Map<number, string>([[root, parents.get(root)?.command ?? ""]]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const [pid, { parent, command }] of parents) if (below.has(parent)) below.set(pid, command);
  }
  return below;
}
