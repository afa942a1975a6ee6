import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endGroup } from "../local/groups.ts";
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
    if (!(await stillRuns(group))) continue;
    say(`An earlier start was killed and left processes behind: stopping them (group ${group.pid}).`);
    await endGroup(group.pid, 20_000);
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

async function stillRuns({ pid, since }: Born): Promise<boolean> {
  return (await born(pid)).since === since && since !== "";
}

async function born(pid: number): Promise<Born> {
  const args = ["-o", "lstart=", "-p", String(pid)];
  const env = { ...process.env, LC_ALL: "C" };
  const since = await runToEnd({ name: "ps", command: "ps", args, env }).catch(() => "");
  return { pid, since: since.trim() };
}
