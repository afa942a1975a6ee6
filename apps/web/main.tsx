/** Wires the page: adapters into models, models into components. */
import { render } from "preact";
import { createApi } from "./adapters/api.ts";
import { presence } from "./adapters/presence.ts";
import { storage } from "./adapters/storage.ts";
import { openStream } from "./adapters/stream.ts";
import { viewOfAddress } from "./adapters/view.ts";
import { App } from "./components/App.tsx";
import { type View, views } from "./components/Views.tsx";
import { ConnectionModel } from "./models/connection.ts";
import { DeadLettersModel } from "./models/deadLetters.ts";
import { FlowModel } from "./models/flow.ts";
import { HistoryModel } from "./models/history.ts";
import { OperatorModel } from "./models/operator.ts";
import { SubmissionsModel } from "./models/submissions.ts";
import { SystemModel } from "./models/system.ts";
import { ValuesModel } from "./models/values.ts";
import { ViewerModel } from "./models/viewer.ts";

const operator = new OperatorModel(storage);
const api = createApi(() => operator.token.peek());
const values = new ValuesModel(api, operator);
const history = new HistoryModel(api);
const submissions = new SubmissionsModel(api, values, storage);
const system = new SystemModel(api);
const flow = new FlowModel(submissions, values, system);
const deadLetters = new DeadLettersModel(api, operator);
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
  calculated(event) {
    values.calculated(event.values);
    flow.calculated(event);
  },
  recorded(event) {
    history.add(event.entries);
    flow.recorded(event);
  },
  progress(event) {
    values.progress(event);
    flow.progress(event);
  },
  cancelled(event) {
    values.cancelled(event.index);
    flow.cancelled(event);
  },
  resync() {
    flow.resync();
    void readConfig();
    void history.refresh();
    values.recheck();
    refresh();
  },
});

/** Milliseconds. */
const refreshEvery = 4_000;
const recheckEvery = 15_000;
const ageEvery = 1_000;
const whileVisible = (work: () => void) => () => {
  if (!document.hidden && connection.status.peek() === "live") work();
};
setInterval(whileVisible(refresh), refreshEvery);
// Events bring the values; this finds those whose event was lost.
setInterval(whileVisible(values.recheck), recheckEvery);
setInterval(whileVisible(flow.age), ageEvery);

void readConfig();
void history.refresh();
connection.connect();

const view = viewOfAddress(Object.keys(views) as View[]);
render(
  <App
    {...{ api, view, submissions, values, history, connection, system, deadLetters, viewer, flow, operator }}
  />,
  document.body,
);
