/**
 * The address at which this machine reaches an app: the one that HOST names, or loopback when HOST
 * is not set or stands for every address.
 */
export function appHost(env: NodeJS.ProcessEnv = process.env): string {
  const { HOST: host = "" } = env;
  return ["", "::", "0.0.0.0"].includes(host) ? "127.0.0.1" : host;
}

/** The root of an app's HTTP API, for example http://127.0.0.1:3000. */
export function appUrl(port: number, env: NodeJS.ProcessEnv = process.env): string {
  const host = appHost(env);
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
