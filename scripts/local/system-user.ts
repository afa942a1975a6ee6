import { chown, stat } from "node:fs/promises";
import { runToEnd } from "./process.ts";

/** Ids that a process runs with. */
export type SystemUser = { uid: number; gid: number };

/**
 * Who runs a server that refuses to be root: nobody special when we are not root (undefined), else
 * the owner of the data that is there, else the user postgres, else nobody. No user is created.
 */
export async function unprivilegedUser(dataFolder: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp("postgres")) ?? (await lookUp("nobody")) ?? fail();
}

/** Gives the folder to the user, when there is one. */
export async function giveTo(folder: string, user: SystemUser | undefined): Promise<void> {
  if (user) await chown(folder, user.uid, user.gid);
}

async function lookUp(name: string): Promise<SystemUser | undefined> {
  const id = (flag: string) => runToEnd({ name: "id", command: "id", args: [flag, name] });
  try {
    return { uid: Number(await id("-u")), gid: Number(await id("-g")) };
  } catch {
    return undefined;
  }
}

function fail(): never {
  throw new Error(
    "Postgres refuses to run as root, and there is neither a user postgres nor nobody. Run this as an ordinary user.",
  );
}
