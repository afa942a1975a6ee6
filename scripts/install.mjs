// Installs the npm packages when they are missing or not those of package-lock.json. Runs on a bare
// clone, before anything else of ours: plain JavaScript, no dependencies.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const clone = fileURLToPath(new URL("..", import.meta.url));

checkNode();
const reason = whyInstall();
if (reason) await install(reason);

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`This is Node ${process.versions.node}; at least 20.19 is needed (https://nodejs.org/en/download).`);
}

/** Why the packages have to be installed; undefined when they are there. */
function whyInstall() {
  const wanted = packagesIn("package-lock.json");
  // npm writes this file last, so a broken-off installation has none.
  const present = packagesIn("node_modules/.package-lock.json");
  if (!wanted) return undefined;
  if (!present) return "the packages are not installed yet";
  for (const [path, { version, optional, link }] of Object.entries(wanted)) {
    if (path === "" || link) continue;
    const other = present[path]?.version;
    // Optional packages are mostly those of other platforms.
    if (other === version || (optional && !other)) continue;
    return `${path.replace("node_modules/", "")} is ${other ? `${other}, not ${version}` : "missing"}`;
  }
  return undefined;
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(clone, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function install(why) {
  console.log(`Installing the npm packages: ${why}. This takes about half a minute …`);
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  const progress = setInterval(() => console.log(`  still installing, ${seconds()} s`), 15_000);
  let result = await npm(["ci"]);
  if (result.output.includes("code EUSAGE")) {
    // Some registries lack packages of other platforms, so a lock written there does not list them;
    // `npm ci` then refuses the whole lock, `npm install` takes it as it is.
    console.log("  npm ci refuses package-lock.json; trying npm install, which leaves the file alone …");
    result = await npm(["install", "--no-save"]);
  }
  clearInterval(progress);
  if (result.code !== 0) {
    // npm says the cause first and its usage last.
    const cause = result.output.trim().split("\n").slice(0, 20).join("\n");
    fail(`npm failed after ${seconds()} s:\n${cause}\n\nIs the npm registry reachable? Then try again.`);
  }
  console.log(`  installed in ${seconds()} s.`);
}

/** Runs npm quietly; without install scripts, since what they would prepare, we do ourselves. */
async function npm(command) {
  const args = [...command, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const script = process.env.npm_execpath;
  const child = script
    ? spawn(process.execPath, [script, ...args], { cwd: clone })
    : spawn("npm", args, { cwd: clone, shell: process.platform === "win32" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve(1);
    });
    child.once("close", resolve);
  });
  return { code, output };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
