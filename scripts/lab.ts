import { buildAll } from "./build/build-all.ts";
import { openControl } from "./lab/control.ts";
import { startLab } from "./lab/lab.ts";
import { labPorts, requireFree } from "./lab/ports.ts";
import { openTraces } from "./lab/traces.ts";
import { oneMessage } from "./local/one-message.ts";

/** `npm run lab`: the system for the workshop, with a switch for each part. Its data is gone when it ends. */
await oneMessage(async () => {
  const ports = labPorts();
  await requireFree(ports);
  const stop = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  console.log("The lab is starting …");
  await buildAll();
  const traces = openTraces();
  const control = await openControl(ports.control, traces);
  const lab = await startLab(ports, control.zipkin);
  try {
    control.serve(lab);
    console.log(`The lab is up.
  Page     http://localhost:${ports.api}
  Invoke   http://localhost:${ports.caller}/v1.0/invoke/api/method/values
  Switches http://localhost:${ports.control}
  Files    ${lab.link}
Ctrl-C ends it; what was entered is gone then.`);
    await stop;
  } finally {
    await lab.stop();
    control.close();
  }
});
process.exit();
