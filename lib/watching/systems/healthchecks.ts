import {
  type Check,
  deleteCheck,
  findCheck,
  listChecks,
  pauseCheck,
  putCheck,
  resumeCheck,
} from "#lib/integrations/healthchecks-api/client.ts";
import { config } from "#lib/platform/config/config.ts";
import { HEALTHCHECKS_TAG, type MonitorState, WATCHER_LABELS } from "../constants.ts";
import { nameMonitor } from "../format.ts";
import type { MonitorSpec } from "../types.ts";
import type { MonitorSystem } from "./types.ts";

/** A ping may come this many probes late before anybody is told. */
const GRACE_PROBES = 3;
const SLUG_MAX = 100;
const SECONDS_MIN = 60;

const STATES: Record<Check["status"], MonitorState> = {
  ...{ new: "unknown", up: "up", grace: "up", started: "up", down: "down", paused: "paused" },
};

const account = () => ({ url: config().HEALTHCHECKS_API_URL, apiKey: config().HEALTHCHECKS_API_KEY });
const slugOf = ({ service, environment }: MonitorSpec) =>
  `${HEALTHCHECKS_TAG}-${service}-${environment}`.slice(0, SLUG_MAX);

const isWanted = (check: Check, spec: MonitorSpec) => check.name === nameMonitor(spec);

const listMine = async (externalIds: readonly string[], signal: AbortSignal) => {
  const wanted = new Set(externalIds);
  return (await listChecks(account(), HEALTHCHECKS_TAG, signal)).filter(({ id }) => wanted.has(id));
};

/** A check is pinged by the panel's own probe when it finds the page right: silence means that nobody looks, or that it is not. */
export const healthchecks: MonitorSystem = {
  label: WATCHER_LABELS.healthchecks,

  async find(spec, signal) {
    const found = await findCheck(account(), slugOf(spec), signal);
    if (!found) return null;
    return { externalId: found.id, isActive: found.status !== "paused", isAsWanted: isWanted(found, spec) };
  },

  async put(spec, { signal, guard }) {
    const probeS = config().WATCHING_PROBE_S;
    await guard();
    const { id, pingUrl } = await putCheck(
      account(),
      {
        name: nameMonitor(spec),
        slug: slugOf(spec),
        tags: `${HEALTHCHECKS_TAG} ${spec.environment}`,
        desc: `The panel pings it while ${spec.url} answers ${spec.expectedStatus}.`,
        timeoutS: Math.max(SECONDS_MIN, probeS * 2),
        graceS: Math.max(SECONDS_MIN, probeS * GRACE_PROBES),
      },
      signal,
    );
    return { externalId: id, pingUrl };
  },

  async readActive(externalIds, signal) {
    return new Map((await listMine(externalIds, signal)).map(({ id, status }) => [id, status !== "paused"]));
  },

  async readStates(externalIds, signal) {
    return new Map((await listMine(externalIds, signal)).map(({ id, status }) => [id, STATES[status]]));
  },

  async setActive(externalIds, isActive, { signal, guard }) {
    let refusal: unknown;
    for (const { id, status } of await listMine(externalIds, signal)) {
      if ((status !== "paused") === isActive) continue;
      await guard();
      await (isActive ? resumeCheck : pauseCheck)(account(), id, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        refusal ??= error;
      });
    }
    if (refusal !== undefined) throw refusal;
  },

  async remove(spec, externalId, { signal, guard }) {
    const found = await findCheck(account(), slugOf(spec), signal);
    for (const id of new Set([externalId, found?.id])) {
      if (!id) continue;
      await guard();
      await deleteCheck(account(), id, signal);
    }
  },
};
