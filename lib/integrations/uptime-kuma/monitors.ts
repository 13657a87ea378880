import type { KumaConnection } from "./connection.ts";
import { addedSchema, beatsSchema, type KumaMonitor } from "./schema.ts";

export interface KumaCheck {
  name: string;
  /** Kept in its description: how the panel finds what is its own again, whatever people call it. */
  marker: string;
  url: string;
  expectedStatus: number;
  intervalS: number;
}

/** Kuma gives up on a page after this part of the interval. */
const TIMEOUT_PART = 0.8;
const FIRST_WITH_CONDITIONS = 2;
const BEATS_HOURS = 1;

export const isMarked = ({ description }: KumaMonitor, marker: string) =>
  (description ?? "").split(/\s+/).includes(marker);

/** What the check is about, in Kuma's own fields. */
const fieldsOf = ({ name, marker, url, expectedStatus, intervalS }: KumaCheck) => ({
  name,
  description: marker,
  url,
  interval: intervalS,
  retryInterval: intervalS,
  timeout: Math.floor(intervalS * TIMEOUT_PART),
  accepted_statuscodes: [String(expectedStatus)],
});

/** Whether it asks what it is to ask. */
export const isAsWanted = (monitor: KumaMonitor, check: KumaCheck) =>
  monitor.url === check.url && monitor.accepted_statuscodes.join() === String(check.expectedStatus);

/** Adds the monitor with everything Kuma's own form sends, and the notifications that are the default there. */
export async function addMonitor(kuma: KumaConnection, check: KumaCheck): Promise<number> {
  const notifications = await kuma.listDefaultNotifications();
  const isNew = (await kuma.readMajorVersion()) >= FIRST_WITH_CONDITIONS;
  const answer = await kuma.tell("add the monitor", "add", {
    ...{ type: "http", method: "GET", parent: null, httpBodyEncoding: "json", authMethod: null },
    ...{ maxretries: 1, resendInterval: 0, maxredirects: 0 },
    ...{ ignoreTls: false, upsideDown: false, expiryNotification: false },
    ...{ dns_resolve_type: "A", dns_resolve_server: "1.1.1.1" },
    ...{ kafkaProducerBrokers: [], kafkaProducerSaslOptions: { mechanism: "None" } },
    // Columns that version 1 does not have, and would refuse.
    ...(isNew ? { conditions: [], rabbitmqNodes: [] } : {}),
    notificationIDList: Object.fromEntries(notifications.map((id) => [id, true])),
    ...fieldsOf(check),
  });
  const { monitorID } = addedSchema.parse(answer);
  if (monitorID !== undefined) return monitorID;
  const added = (await kuma.listMonitors()).find((monitor) => isMarked(monitor, check.marker));
  return added?.id ?? 0;
}

export const editMonitor = (kuma: KumaConnection, monitor: KumaMonitor, check: KumaCheck) =>
  kuma.tell("change the monitor", "editMonitor", { parent: null, ...monitor, ...fieldsOf(check) });

export const pauseMonitor = (kuma: KumaConnection, id: number) => kuma.tell("pause the monitor", "pauseMonitor", id);
export const resumeMonitor = (kuma: KumaConnection, id: number) => kuma.tell("resume the monitor", "resumeMonitor", id);
export const deleteMonitor = (kuma: KumaConnection, id: number) => kuma.tell("delete the monitor", "deleteMonitor", id);

const BEATS: Record<number, "up" | "down"> = { 0: "down", 1: "up" };

/** What its last heartbeat said; unknown before the first, and while it is still trying again. */
export async function readLastBeat(kuma: KumaConnection, id: number): Promise<"up" | "down" | "unknown"> {
  const { data } = beatsSchema.parse(await kuma.tell("say how a monitor is", "getMonitorBeats", id, BEATS_HOURS));
  return BEATS[data.at(-1)?.status ?? -1] ?? "unknown";
}
