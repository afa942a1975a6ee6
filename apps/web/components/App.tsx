/** The layout of the page. */
import type { ReadonlySignal } from "@preact/signals";
import type { Api } from "../adapters/api.ts";
import type { ConnectionModel } from "../models/connection.ts";
import type { DeadLettersModel } from "../models/deadLetters.ts";
import type { FlowModel } from "../models/flow.ts";
import type { HistoryModel } from "../models/history.ts";
import type { OperatorModel } from "../models/operator.ts";
import type { SubmissionsModel } from "../models/submissions.ts";
import type { SystemModel } from "../models/system.ts";
import type { ValuesModel } from "../models/values.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { Announcer } from "./Announcer.tsx";
import { Banner, ConnectionState } from "./Banner.tsx";
import { DeadLetters } from "./DeadLetters.tsx";
import { Flow } from "./Flow.tsx";
import { History } from "./History.tsx";
import { OperatorDialog } from "./OperatorDialog.tsx";
import { Plots } from "./Plots.tsx";
import { Submissions } from "./Submissions.tsx";
import { SubmitForm } from "./SubmitForm.tsx";
import { System } from "./System.tsx";
import { Viewer } from "./Viewer.tsx";
import { type View, Views } from "./Views.tsx";

export interface Models {
  api: Pick<Api, "allDigits" | "downloadUrl">;
  view: ReadonlySignal<View>;
  submissions: SubmissionsModel;
  values: ValuesModel;
  history: HistoryModel;
  connection: ConnectionModel;
  system: SystemModel;
  deadLetters: DeadLettersModel;
  viewer: ViewerModel;
  flow: FlowModel;
  operator: OperatorModel;
}

export function App(models: Models) {
  const { api, view, submissions, values, history, connection, system, deadLetters, viewer, flow, operator } =
    models;
  return (
    <>
      <header class="top">
        <h1>
          Fibonacci <span>on Dapr sidecars</span>
        </h1>
        <ConnectionState connection={connection} />
      </header>
      <main class={`page view-${view.value}`}>
        <div class="front">
          <SubmitForm submissions={submissions} />
          <Flow flow={flow} values={values} system={system} connection={connection} />
          <Submissions submissions={submissions} values={values} viewer={viewer} api={api} />
        </div>
        <Views view={view} deadLetters={deadLetters.total.value} />
        <History history={history} values={values} viewer={viewer} />
        <div class="aside">
          <Plots values={values} />
          <System view={system.view.value} />
          <DeadLetters model={deadLetters} />
        </div>
      </main>
      <Viewer viewer={viewer} api={api} />
      <OperatorDialog operator={operator} />
      <Banner connection={connection} />
      <Announcer submissions={submissions} values={values} />
    </>
  );
}
