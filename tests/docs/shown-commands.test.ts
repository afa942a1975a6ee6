import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

/** Commands that are shown but not run (they need a cluster, Docker or Azure): what they name has to be there. */

const files = (folder: string, ending: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : files(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });

const pages = [...files("docs/workshop", ".md"), "CONTRIBUTING.md", "deploy/observability/README.md"];
const commands = pages.flatMap((page) => {
  // A cd counts for the blocks that follow it.
  let folder = ".";
  return [...readFileSync(page, "utf8").matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block!
      .trim()
      .split("\n")
      .map((command) => {
        folder = /^cd (\S+)$/.exec(command)?.[1] ?? folder;
        return { page, folder, command };
      }),
  );
});

interface Resource {
  kind: string;
  metadata: { name: string };
  spec?: { volumeClaimTemplates?: { metadata: { name: string } }[]; replicas?: number };
}
const resources = [...files("deploy/kubernetes", ".yaml"), ...files("components", ".yaml")]
  .flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8")).map((each) => each.toJS() as Resource | null),
  )
  .filter((each): each is Resource => Boolean(each?.kind && each.metadata?.name));
const named = (kind: string, name: string): boolean => {
  if (/^pods?$/.test(kind)) {
    const owner = name.replace(/-\d+$/, "");
    return resources.some((each) => each.kind === "StatefulSet" && each.metadata.name === owner);
  }
  if (/^persistentvolumeclaim$/.test(kind)) {
    return resources.some((each) =>
      each.spec?.volumeClaimTemplates?.some(
        (claim) => name.replace(/-\d+$/, "") === `${claim.metadata.name}-${each.metadata.name}`,
      ),
    );
  }
  return resources.some((each) => each.kind.toLowerCase() === kind && each.metadata.name === name);
};

describe("A command that is only shown", () => {
  test("there are many", () => expect(commands.length).toBeGreaterThan(40));

  test("names folders and files that are there", () => {
    const missing = commands.filter(({ folder, command }) =>
      command
        .split(/\s+/)
        .map(
          (word) =>
            /^(?:--\w[\w.]*=)?((?:deploy|apps|docs|scripts|tests|components)\/[\w./-]+)$/.exec(word)?.[1],
        )
        .some(
          (path) =>
            path && !existsSync(path) && !existsSync(join(folder, path)) && !command.startsWith("mkdir"),
        ),
    );
    expect(missing).toEqual([]);
  });

  test("names resources of the manifests", () => {
    const wrong = commands
      .filter(({ command }) => command.startsWith("kubectl"))
      .filter(({ command }) => {
        const words = command.split(/\s+/).slice(1);
        const at = words.findIndex((word) => /^(get|describe|delete|scale|status|exec)$/.test(word));
        if (at === -1) return false;
        const rest = words.slice(at + 1);
        const end = rest.findIndex((word) => word.startsWith("-"));
        const [kind = "", ...names] = end === -1 ? rest : rest.slice(0, end);
        if (words[at] === "exec") return !named("pod", kind);
        if (kind.includes("/")) return !named(...(kind.split("/") as [string, string]));
        return names.some((name) => !named(kind, name));
      });
    expect(wrong).toEqual([]);
  });

  test("names labels and namespaces of the manifests", () => {
    const text = files("deploy/kubernetes", ".yaml")
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    for (const { command } of commands.filter((each) => each.command.startsWith("kubectl"))) {
      const label = / -l (\S+)=(\S+)/.exec(command);
      if (label) expect(text).toContain(`${label[1]}: ${label[2]}`);
      const space = / -n (\S+)/.exec(command);
      if (space) expect(named("namespace", space[1]!)).toBe(true);
    }
  });

  test("names services, profiles and options of the compose file", () => {
    const file = "deploy/compose/docker-compose.yaml";
    const { services } = parse(readFileSync(file, "utf8")) as {
      services: Record<string, { profiles?: string[] }>;
    };
    for (const { folder, command } of commands.filter((each) => each.command.includes("docker compose"))) {
      const other = / -f (\S+)/.exec(command);
      if (other) expect(existsSync(other[1]!)).toBe(true);
      else expect(folder).toBe(dirname(file));
      const service = / exec (\S+)/.exec(command)?.[1];
      if (service) expect(Object.keys(services)).toContain(service);
      const profile = / --profile (\S+)/.exec(command)?.[1];
      if (profile)
        expect(Object.values(services).some((each) => each.profiles?.includes(profile))).toBe(true);
      const variable = /^([A-Z_]+)=/.exec(command)?.[1];
      if (variable) expect(readFileSync(file, "utf8")).toContain(`\${${variable}`);
    }
  });
});

test("Every chapter has its parts", () => {
  for (const page of files("docs/workshop", ".md")) {
    const text = readFileSync(page, "utf8");
    expect({ page, learns: text.includes("**You learn**") }).toEqual({ page, learns: true });
    expect({
      page,
      breaks: text.includes("Break it") || text.includes("The most dangerous mistake"),
    }).toEqual({ page, breaks: true });
    expect({ page, checks: text.includes("## Check yourself") }).toEqual({ page, checks: true });
  }
});
