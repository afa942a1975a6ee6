import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runToEnd } from "../../scripts/local/process.ts";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const usualPlaces = ["/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome"];
const onMac = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The Chromium of this machine. Root on Debian or Ubuntu gets one where there is none. */
export async function findChromium(say: (line: string) => void = console.error): Promise<string> {
  const wanted = process.env.CHROMIUM;
  if (wanted) {
    if (await isProgram(wanted)) return wanted;
    throw new Error(`CHROMIUM is ${wanted}, which is no program.`);
  }
  const found = await lookAround();
  if (found) return found;
  await install(say);
  const installed = await lookAround();
  if (installed) return installed;
  throw new Error(`No Chromium was found. ${whatToDo}`);
}

const whatToDo =
  "Install it (Debian: apt-get install chromium), or set CHROMIUM to the program of a Chromium or Chrome.";

async function lookAround(): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...usualPlaces];
  const places = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...onMac];
  for (const place of places) if (await isProgram(place)) return place;
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function install(say: (line: string) => void): Promise<void> {
  const aptGet = await isProgram("/usr/bin/apt-get");
  if (!aptGet || process.getuid?.() !== 0) {
    throw new Error(`The tests of the page need a Chromium, and there is none here. ${whatToDo}`);
  }
  say("No Chromium here: installing the system's package chromium with apt-get …");
  try {
    await apt("update", "-qq");
    await apt("install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-liberation");
  } catch (error) {
    throw new Error(`Chromium could not be installed. ${whatToDo}\n${(error as Error).message}`);
  }
}

const apt = (...args: string[]) =>
  runToEnd({
    name: `apt-get ${args[0]}`,
    command: "apt-get",
    args,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
