import { readFile } from "node:fs/promises";

/** Clock ticks of /proc in a second; 100 on every Linux that Node runs on. */
const ticks = 100;

/** Seconds of processor time, of user and kernel, that processes took since they started. */
export async function cpuSeconds(pids: number[]): Promise<number> {
  let sum = 0;
  for (const pid of pids) {
    const text = await readFile(`/proc/${pid}/stat`, "latin1");
    // The second field, the name, may hold spaces.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    sum += (Number(fields[11]) + Number(fields[12])) / ticks;
  }
  return sum;
}

/** Resident memory of a process in megabytes (10^6 bytes). */
export async function residentMegabytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "latin1");
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1]) * 1_024) / 1e6;
}
