import { createHash } from "node:crypto";
import { access, constants, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Archive } from "../../../scripts/dapr/archive-pins.ts";
import { installArchive } from "../../../scripts/dapr/from-archive.ts";
import { listen, serve, tarGz } from "./lying-server.ts";

const program = Buffer.concat([Buffer.from("#!/bin/sh\necho 1.18.2\n"), Buffer.alloc(300_000, "x")]);
const good = tarGz({ LICENSE: Buffer.from("words"), daprd: program });
const impatient = { stallMs: 300, deadlineMs: 60_000 };
const patient = { stallMs: 60_000, deadlineMs: 800 };
const proxies = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

let folder: string;
let target: string;
let lines: string[];
const servers: { close(): Promise<void> }[] = [];
const before = Object.fromEntries(proxies.map((name) => [name, process.env[name]]));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fib archive "));
  target = join(folder, "programs", "daprd");
  lines = [];
  for (const name of proxies) delete process.env[name];
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(folder, { recursive: true, force: true });
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test("a pinned archive is unpacked, also after a redirect, and its program can be executed", async () => {
  const server = await started((request, response) => {
    if (request.url === "/moved") return response.end(good);
    return response.writeHead(302, { location: "/moved" }).end();
  });
  await installArchive(archiveAt(server.url), target, say);
  expect(await readFile(target)).toEqual(program);
  await access(target, constants.X_OK);
  expect(await readdir(join(folder, "programs"))).toEqual(["daprd"]);
});

test("an archive with another content is refused, with both checksums", async () => {
  const other = tarGz({ daprd: Buffer.from("evil") });
  const server = await started((_, response) => response.end(other));
  await refused(
    server.url,
    new RegExp(`is not the pinned archive: SHA-256 ${sha256(other)} .* ${sha256(good)}`),
  );
});

test("an archive that breaks off half-way is refused", async () => {
  const server = await started((_, response) => {
    response.writeHead(200, { "content-length": good.length });
    response.write(good.subarray(0, good.length / 2), () => response.destroy());
  });
  await refused(server.url, /broke off after \d+ bytes/);
});

test("an archive that is shorter than the pinned one, but looks complete, is refused", async () => {
  const server = await started((_, response) => response.end(good.subarray(0, good.length / 2)));
  await refused(server.url, /is not the pinned archive/);
});

test("a pinned archive without the program is refused", async () => {
  const empty = tarGz({ LICENSE: Buffer.from("words") });
  const server = await started((_, response) => response.end(empty));
  await refused(server.url, /cannot be unpacked: the archive holds no file daprd/, sha256(empty));
});

test("a pinned file that is no archive is refused", async () => {
  const page = Buffer.from("<html>Sign in to the network</html>");
  const server = await started((_, response) => response.end(page));
  await refused(server.url, /cannot be unpacked/, sha256(page));
});

test("a server that does not have the archive is named with its status", async () => {
  const server = await started((_, response) => response.writeHead(404).end("no"));
  await refused(server.url, /could not be downloaded: the server answered 404/);
});

test("a server that nobody reaches is named with the reason", async () => {
  const server = await serve((_, response) => response.end());
  await server.close();
  await refused(server.url, /could not be downloaded: .*ECONNREFUSED/);
});

test("a server that stops sending is given up after the stall limit", async () => {
  const server = await started((_, response) => {
    response.writeHead(200, { "content-length": good.length });
    response.write(good.subarray(0, 100));
  });
  await refused(server.url, /broke off after 100 bytes/);
});

test("a server that never answers is given up after the stall limit", async () => {
  const server = await started(() => {});
  await refused(server.url, /could not be downloaded: .*[Tt]imeout/);
});

test("a server that sends a byte now and then is given up at the deadline", async () => {
  const timers: NodeJS.Timeout[] = [];
  const server = await started((_, response) => {
    response.writeHead(200);
    timers.push(setInterval(() => response.write("x"), 50));
  });
  try {
    await refused(server.url, /it was not complete after 0\.8 s/, sha256(good), patient);
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
});

test("a server that sends without end is given up at the size limit", async () => {
  const server = await started((_, response) => {
    const more = () => response.write(Buffer.alloc(65_536), (error) => error || setImmediate(more));
    more();
  });
  const longest = { ...impatient, maxBytes: 1 << 20 };
  await expect(installArchive(archiveAt(server.url), target, say, longest)).rejects.toThrow(
    /longer than 1\.0 MB/,
  );
});

test("the download goes through the proxy that the environment names", async () => {
  const server = await started((_, response) => response.end(good));
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, client, head) => {
    asked.push(request.url!);
    const upstream = connect(Number(new URL(server.url).port), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  process.env.HTTP_PROXY = await listen(proxy);
  servers.push({
    close: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  });
  // A name that only the proxy can reach.
  await installArchive(archiveAt("http://releases.invalid"), target, say);
  expect(asked).toEqual(["releases.invalid:80"]);
  expect(await readFile(target)).toEqual(program);
});

async function refused(
  url: string,
  reason: RegExp,
  pinned = sha256(good),
  limits = impatient,
): Promise<void> {
  await expect(installArchive({ ...archiveAt(url), sha256: pinned }, target, say, limits)).rejects.toThrow(
    reason,
  );
  // Neither a half program nor a working folder stays.
  expect(await readdir(join(folder, "programs"))).toEqual([]);
}

async function started(answer: Parameters<typeof serve>[0]) {
  const server = await serve(answer);
  servers.push(server);
  return server;
}

function archiveAt(url: string): Archive {
  return {
    program: "daprd",
    version: "1.18.2",
    sha256: sha256(good),
    url: `${url}/daprd_linux_amd64.tar.gz`,
  };
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function say(line: string): void {
  lines.push(line);
}
