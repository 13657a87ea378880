import { type KumaConnection, withKuma } from "#lib/integrations/uptime-kuma/connection.ts";
import {
  addMonitor,
  deleteMonitor,
  editMonitor,
  isAsWanted,
  isMarked,
  type KumaCheck,
  pauseMonitor,
  readLastBeat,
  resumeMonitor,
} from "#lib/integrations/uptime-kuma/monitors.ts";
import type { KumaMonitor } from "#lib/integrations/uptime-kuma/schema.ts";
import { config } from "#lib/platform/config/config.ts";
import { type MonitorState, WATCHER_LABELS } from "../constants.ts";
import { nameMonitor } from "../format.ts";
import type { MonitorSpec } from "../types.ts";
import type { MonitorSystem } from "./types.ts";

/** Kuma asks no more often. */
const INTERVAL_MIN_S = 20;

function toCheck(spec: MonitorSpec): KumaCheck {
  const { WATCHING_PROBE_S } = config();
  return {
    name: nameMonitor(spec),
    marker: `seaworthy:${spec.service}-${spec.environment}`,
    ...{ url: spec.url, expectedStatus: spec.expectedStatus, intervalS: Math.max(INTERVAL_MIN_S, WATCHING_PROBE_S) },
  };
}

function connect<T>(signal: AbortSignal, work: (kuma: KumaConnection) => Promise<T>): Promise<T> {
  const settings = config();
  const account = {
    ...{ url: settings.UPTIME_KUMA_URL, username: settings.UPTIME_KUMA_USERNAME },
    ...{ password: settings.UPTIME_KUMA_PASSWORD, token: settings.UPTIME_KUMA_TOKEN },
  };
  return withKuma(account, signal, work);
}

const findMarked = async (kuma: KumaConnection, { marker }: KumaCheck) =>
  (await kuma.listMonitors()).filter((monitor) => isMarked(monitor, marker));

const pick = async (kuma: KumaConnection, externalIds: readonly string[]): Promise<KumaMonitor[]> => {
  const wanted = new Set(externalIds);
  return (await kuma.listMonitors()).filter(({ id }) => wanted.has(String(id)));
};

export const uptimeKuma: MonitorSystem = {
  label: WATCHER_LABELS["uptime-kuma"],

  find: (spec, signal) =>
    connect(signal, async (kuma) => {
      const check = toCheck(spec);
      const [found] = await findMarked(kuma, check);
      if (!found) return null;
      return { externalId: String(found.id), isActive: found.active, isAsWanted: isAsWanted(found, check) };
    }),

  put: (spec, { signal, guard }) =>
    connect(signal, async (kuma) => {
      const check = toCheck(spec);
      const [found] = await findMarked(kuma, check);
      if (found && isAsWanted(found, check)) return { externalId: String(found.id) };
      await guard();
      if (!found) return { externalId: String(await addMonitor(kuma, check)) };
      await editMonitor(kuma, found, check);
      return { externalId: String(found.id) };
    }),

  readActive: (externalIds, signal) =>
    connect(signal, async (kuma) => {
      const monitors = await pick(kuma, externalIds);
      return new Map(monitors.map(({ id, active }) => [String(id), active]));
    }),

  readStates: (externalIds, signal) =>
    connect(signal, async (kuma) => {
      const states = new Map<string, MonitorState>();
      for (const { id, active } of await pick(kuma, externalIds))
        states.set(String(id), active ? await readLastBeat(kuma, id) : "paused");
      return states;
    }),

  setActive: (externalIds, isActive, { signal, guard }) =>
    connect(signal, async (kuma) => {
      let refusal: unknown;
      for (const { id, active } of await pick(kuma, externalIds)) {
        if (active === isActive) continue;
        await guard();
        await (isActive ? resumeMonitor : pauseMonitor)(kuma, id).catch((error: unknown) => {
          signal.throwIfAborted();
          refusal ??= error;
        });
      }
      if (refusal !== undefined) throw refusal;
    }),

  remove: (spec, externalId, { signal, guard }) =>
    connect(signal, async (kuma) => {
      const check = toCheck(spec);
      const all = await kuma.listMonitors();
      const mine = all.filter((monitor) => String(monitor.id) === externalId || isMarked(monitor, check.marker));
      for (const { id } of mine) {
        await guard();
        await deleteMonitor(kuma, id);
      }
    }),
};
