import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { OUTSIDE_WATCHERS, type OutsideWatcher, WATCHER_LABELS } from "../constants.ts";
import { healthchecks } from "./healthchecks.ts";
import type { MonitorSystem } from "./types.ts";
import { uptimeKuma } from "./uptime-kuma.ts";

const SYSTEMS: Record<OutsideWatcher, MonitorSystem> = { "uptime-kuma": uptimeKuma, healthchecks };
const SETTINGS = { "uptime-kuma": "UPTIME_KUMA_URL", healthchecks: "HEALTHCHECKS_API_URL" } as const;

const isSetUp = (watcher: OutsideWatcher): boolean => config()[SETTINGS[watcher]] !== "";
export const listSetUp = (): OutsideWatcher[] => OUTSIDE_WATCHERS.filter(isSetUp);

/** The system, or an error that names the setting it lacks. */
export function openSystem(watcher: OutsideWatcher): MonitorSystem {
  if (isSetUp(watcher)) return SYSTEMS[watcher];
  throw new AppError({
    code: "watching.not_set_up",
    message: `${WATCHER_LABELS[watcher]} is not set up here.`,
    advice: `Set ${SETTINGS[watcher]} and what goes with it, then retry.`,
    retry: "needs_person",
  });
}
