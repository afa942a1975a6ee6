/** Wires the page: adapters into models, models into components. */
import { render } from "preact";
import { api } from "./adapters/api.ts";
import { presence } from "./adapters/presence.ts";
import { storage } from "./adapters/storage.ts";
import { openStream } from "./adapters/stream.ts";
import { viewOfAddress } from "./adapters/view.ts";
import { App } from "./components/App.tsx";
import { type View, views } from "./components/Views.tsx";
import { ConnectionModel } from "./models/connection.ts";
import { DeadLettersModel } from "./models/deadLetters.ts";
import { HistoryModel } from "./models/history.ts";
import { SubmissionsModel } from "./models/submissions.ts";
import { SystemModel } from "./models/system.ts";
import { ValuesModel } from "./models/values.ts";
import { ViewerModel } from "./models/viewer.ts";

const values = new ValuesModel(api);
const history = new HistoryModel(api);
const submissions = new SubmissionsModel(api, values, storage);
const system = new SystemModel(api);
const deadLetters = new DeadLettersModel(api);
const viewer = new ViewerModel(api);

async function readConfig(): Promise<void> {
  submissions.upperLimit.value ??= (await api.config().catch(() => null))?.upperLimit ?? null;
}

/** Reads what no event brings. */
function refresh(): void {
  void system.refresh();
  void deadLetters.refresh();
}

const connection = new ConnectionModel(openStream, presence, {
  calculated: (event) => values.calculated(event.values),
  recorded: (event) => history.add(event.entries),
  progress: (event) => values.progress(event),
  cancelled: ({ index }) => values.cancelled(index),
  resync() {
    void readConfig();
    void history.refresh();
    values.recheck();
    refresh();
  },
});

/** Milliseconds. */
const refreshEvery = 4_000;
const recheckEvery = 15_000;
const whileVisible = (work: () => void) => () => {
  if (!document.hidden && connection.status.peek() === "live") work();
};
setInterval(whileVisible(refresh), refreshEvery);
// Events bring the values; this finds those whose event was lost.
setInterval(whileVisible(values.recheck), recheckEvery);

void readConfig();
void history.refresh();
connection.connect();

const view = viewOfAddress(Object.keys(views) as View[]);
render(
  <App {...{ api, view, submissions, values, history, connection, system, deadLetters, viewer }} />,
  document.body,
);
