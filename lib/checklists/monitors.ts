import { type OutsideWatcher, WATCHER_LABELS, type Watcher } from "#lib/watching/constants.ts";
import { repeat } from "./define-checklist.ts";
import { hostnamesOf } from "./hostnames.ts";
import type { ProvisionContext } from "./types.ts";

type Watched = Pick<ProvisionContext, "answers" | "names" | "ingress" | "ports" | "watchers">;

/** Where a service's page is asked: by its public name, else at the port it publishes; null: nowhere. */
function pageOf(context: Watched): string | null {
  const { answers, ingress, ports } = context;
  const [hostname] = hostnamesOf(context);
  const { checkPath } = answers.watching;
  if (hostname) return `${answers.exposure.certificate ? "https" : "http"}://${hostname}${checkPath}`;
  const port = ports.find((one) => one.protocol === "tcp" && one.published !== null && one.guarded === null)?.published;
  return port == null ? null : `http://${ingress.upstreamHost}:${port}${checkPath}`;
}

/** As a title says it: a port that is chosen only when it begins has no number yet. */
const wordPage = (context: Watched): string => pageOf(context)?.replace(/:0(?=\/)/, ":…") ?? "";

const chosen = ({ answers }: Watched): OutsideWatcher[] => [...new Set(answers.watching.monitors)];
/** The panel itself, and those that were chosen and are set up here. */
const byPanel = (context: Watched): Watcher[] =>
  pageOf(context) === null ? [] : ["panel", ...chosen(context).filter((one) => context.watchers.includes(one))];
const byHand = (context: Watched): OutsideWatcher[] => {
  const done = new Set<Watcher>(byPanel(context));
  return chosen(context).filter((one) => !done.has(one));
};

const notMonitored = ({ answers }: Watched) => (answers.watching.monitored ? undefined : "It is not monitored.");

/** Whoever notices when it stops: what a machine can be told, and what is left to a person. */
export const monitorItems = <Context extends Watched>(dependsOn: readonly string[]) => [
  repeat<Context, Watcher>({
    key: "monitor",
    step: "watching.monitor",
    about: "Watch it",
    dependsOn,
    skip: (context) =>
      notMonitored(context) ??
      (byPanel(context).length === 0 ? "It publishes nothing that a monitor could ask." : undefined),
    each: byPanel,
    entryKey: (watcher) => watcher,
    entryTitle: (watcher, context) =>
      watcher === "panel"
        ? `Look at its page: ${wordPage(context)} answers ${context.answers.watching.expectedStatus}`
        : `Add it to ${WATCHER_LABELS[watcher]}: ${wordPage(context)} answers ${context.answers.watching.expectedStatus}`,
    entryInput: (watcher, context) => ({
      ...{ system: watcher, url: pageOf(context), expectedStatus: context.answers.watching.expectedStatus },
    }),
  }),
  repeat<Context, OutsideWatcher>({
    key: "monitor-by-hand",
    step: "manual",
    about: "Add it to monitors the panel cannot tell",
    dependsOn,
    skip: (context) =>
      notMonitored(context) ??
      (byHand(context).length === 0 ? "No monitor was chosen that the panel cannot tell itself." : undefined),
    each: byHand,
    entryKey: (watcher) => watcher,
    entryTitle: (watcher, { answers, names }) =>
      `Add ${names.serviceName} to ${WATCHER_LABELS[watcher]}: ${answers.watching.checkPath} answers ${answers.watching.expectedStatus}`,
  }),
];
