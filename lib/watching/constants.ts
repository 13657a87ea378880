/** Who watches a service. `panel` is the panel's own look at its page. */
export const WATCHERS = ["panel", "uptime-kuma", "healthchecks"] as const;
export type Watcher = (typeof WATCHERS)[number];

/** Those that are another system, which can refuse or be away. */
export const OUTSIDE_WATCHERS = ["uptime-kuma", "healthchecks"] as const;
export type OutsideWatcher = (typeof OUTSIDE_WATCHERS)[number];

export const WATCHER_LABELS: Record<Watcher, string> = {
  panel: "The panel's own probe",
  "uptime-kuma": "Uptime Kuma",
  healthchecks: "Healthchecks",
};

export const MONITOR_STATES = ["up", "down", "paused", "unknown"] as const;
export type MonitorState = (typeof MONITOR_STATES)[number];

/** What a monitor is in the ledger; its id there is `<watcher>:<service>-<environment>`. */
export const MONITOR_RESOURCE = "monitor";
/** By this tag Healthchecks keeps the panel's checks apart from others. */
export const HEALTHCHECKS_TAG = "seaworthy";

export const PAUSE_MINUTES_MAX = 24 * 60;
