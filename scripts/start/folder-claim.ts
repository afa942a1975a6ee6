import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endGroup, isGroupAlive } from "../local/groups.ts";
import { runToEnd } from "../local/process.ts";

/** Our hold on the data folder; it knows what we started, for whoever comes after a kill -9. */
export type FolderClaim = {
  /** Notes a process group that we started. */
  note(leader: number): Promise<void>;
  release(): Promise<void>;
};

type Noted = { owner: Born; groups: Born[] };
/** A process id alone may belong to somebody else by now; with the time of its start it cannot. */
type Born = { pid: number; since: string };

/**
 * Claims the folder for this start. Another start that still runs is an error; what one that was
 * killed left running is stopped.
 */
export async function claimFolder(folder: string, say: (line: string) => void): Promise<FolderClaim> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "start.json");
  const before = await readFile(file, "utf8")
    .then((text) => JSON.parse(text) as Noted)
    .catch(() => undefined);
  if (before && (await stillRuns(before.owner))) {
    throw new Error(
      `npm start runs already with the data in ${folder} (pid ${before.owner.pid}). Stop it first.`,
    );
  }
  for (const group of before?.groups.reverse() ?? []) {
    if (!(await isLeftover(group))) continue;
    say(`An earlier start was killed and left processes behind: stopping them (group ${group.pid}).`);
    await endGroup(group.pid, 8_000);
  }
  const noted: Noted = { owner: await born(process.pid), groups: [] };
  const write = () => writeFile(file, JSON.stringify(noted));
  await write();
  return {
    async note(leader) {
      noted.groups.push(await born(leader));
      await write();
    },
    release: () => rm(file, { force: true }),
  };
}

// `dapr run` dies with the terminal that it writes to, its apps do not: a group whose leader is gone
// is still ours. As long as it has members, the system gives its id to nobody else.
async function isLeftover(group: Born): Promise<boolean> {
  const leader = await born(group.pid);
  return leader.since === "" ? isGroupAlive(group.pid) : leader.since === group.since;
}

async function stillRuns({ pid, since }: Born): Promise<boolean> {
  return (await born(pid)).since === since && since !== "";
}

async function born(pid: number): Promise<Born> {
  const args = ["-o", "stat=", "-o", "lstart=", "-p", String(pid)];
  const env = { ...process.env, LC_ALL: "C" };
  const found = await runToEnd({ name: "ps", command: "ps", args, env }).catch(() => "");
  const [, state, time] = /^\s*(\S+)\s+(.*?)\s*$/.exec(found) ?? [];
  // Z: it has ended, and only its parent has not noticed yet.
  return { pid, since: time && !state?.startsWith("Z") ? time : "" };
}
