/** Wires the page: adapters into models, models into components. */
import { render } from "preact";
import { api } from "./adapters/api.ts";
import { openEvents } from "./adapters/events.ts";
import { watchPresence } from "./adapters/returns.ts";
import { storage } from "./adapters/storage.ts";
import { viewOfAddress } from "./adapters/view.ts";
import { App } from "./components/App.tsx";
import { type View, views } from "./components/Views.tsx";
import { AskingModel } from "./models/asking.ts";
import { ConnectionModel } from "./models/connection.ts";
import { DeadLettersModel } from "./models/deadLetters.ts";
import { HistoryModel } from "./models/history.ts";
import { SystemModel } from "./models/system.ts";
import { ValuesModel } from "./models/values.ts";
import { ViewerModel } from "./models/viewer.ts";

const values = new ValuesModel(api);
const history = new HistoryModel(api);
const asking = new AskingModel(api, values, storage);
const system = new SystemModel(api);
const deadLetters = new DeadLettersModel(api);
const viewer = new ViewerModel(api);

async function readConfig(): Promise<void> {
  asking.upperLimit.value ??= (await api.config().catch(() => null))?.upperLimit ?? null;
}

/** What no event tells. */
function refresh(): void {
  void system.refresh();
  void deadLetters.refresh();
}

const connection = new ConnectionModel(openEvents, watchPresence, {
  calculated: (news) => values.take(news.values),
  recorded: (news) => history.add(news.entries),
  progress: (news) => values.progress(news),
  cancelled: ({ index }) => values.cancelled(index),
  resync() {
    void readConfig();
    void history.refresh();
    values.recheck();
    refresh();
  },
});

const refreshEvery = 4_000;
const recheckEvery = 15_000;
const whileSeen = (work: () => void) => () => {
  if (!document.hidden && connection.status.peek() === "live") work();
};
setInterval(whileSeen(refresh), refreshEvery);
// Events bring the values; this is for the one that was lost without a trace.
setInterval(whileSeen(values.recheck), recheckEvery);

void readConfig();
void history.refresh();
connection.connect();

const view = viewOfAddress(Object.keys(views) as View[]);
render(
  <App {...{ api, view, asking, values, history, connection, system, deadLetters, viewer }} />,
  document.body,
);
