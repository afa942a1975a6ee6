/** The commands of one CLI extension that the documents use, as its reference gives them. */
export type Extension = {
  /** The reference page that the flags below were read from, on 24 November 2026. */
  reference: string;
  /** Each command with the flags that it must have and the other flags that it knows. */
  commands: Record<string, { required: string[]; optional: string[] }>;
};

/**
 * Extensions are not on PyPI, so the tests cannot run them. Their commands are held against this
 * table instead. A command or a flag that is not in it fails the test: look it up in the reference,
 * and add it here.
 */
export const extensions: Record<string, Extension> = {
  "k8s-extension": {
    reference: "https://learn.microsoft.com/cli/azure/k8s-extension",
    commands: {
      "k8s-extension create": {
        required: ["--cluster-name", "--cluster-type", "--extension-type", "--name", "--resource-group"],
        optional: [
          "--auto-upgrade-minor-version",
          "--configuration-settings",
          "--release-train",
          "--version",
        ],
      },
      "k8s-extension update": {
        required: ["--cluster-name", "--cluster-type", "--name", "--resource-group"],
        optional: [
          "--auto-upgrade-minor-version",
          "--configuration-settings",
          "--release-train",
          "--version",
        ],
      },
      "k8s-extension extension-types list-versions-by-location": {
        required: ["--extension-type", "--location"],
        optional: ["--cluster-type", "--major-version", "--release-train", "--show-latest", "--output"],
      },
    },
  },
  redisenterprise: {
    reference: "https://learn.microsoft.com/cli/azure/redisenterprise",
    commands: {
      "redisenterprise create": {
        required: ["--cluster-name", "--resource-group", "--sku"],
        optional: ["--location", "--no-database", "--public-network-access"],
      },
      "redisenterprise show": {
        required: ["--cluster-name", "--resource-group"],
        optional: ["--query", "--output"],
      },
      "redisenterprise database create": {
        required: ["--cluster-name", "--resource-group"],
        optional: [
          "--access-keys-authentication",
          "--client-protocol",
          "--clustering-policy",
          "--eviction-policy",
          "--persistence",
        ],
      },
      "redisenterprise database list-keys": {
        required: ["--cluster-name", "--resource-group"],
        optional: ["--query", "--output"],
      },
    },
  },
};

/** What is wrong with a command of an extension; undefined when its syntax is the reference's. */
export function extensionProblem(args: string[]): string | undefined {
  const name = commandOf(args);
  const known = extensions[args[0]!]!.commands[name];
  if (!known) return `the reference of the extension was not read for "az ${name}"`;
  const flags = args.filter((each) => each.startsWith("--"));
  const missing = known.required.filter((flag) => !flags.includes(flag));
  const unknown = flags.filter((flag) => ![...known.required, ...known.optional].includes(flag));
  if (missing.length > 0) return `"az ${name}" needs ${missing.join(", ")}`;
  if (unknown.length > 0) return `"az ${name}" is not known to have ${unknown.join(", ")}`;
  return undefined;
}

/** The words of a command before its first flag. */
export const commandOf = (args: string[]) => {
  const end = args.findIndex((each) => each.startsWith("-"));
  return args.slice(0, end < 0 ? args.length : end).join(" ");
};
