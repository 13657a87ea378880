import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type MonitorState, WATCHER_LABELS, type Watcher } from "../constants.ts";
import { monitorConfigSchema, quietRecordSchema } from "../schema.ts";
import type { MonitorView, WatchingView, WindowView } from "../types.ts";

const WINDOWS_SHOWN = 20;

async function listMonitors(serviceId: string): Promise<MonitorView[]> {
  const rows = await db().monitor.findMany({
    where: { serviceId, removedAt: null },
    orderBy: [{ environment: "asc" }, { createdAt: "asc" }],
  });
  return rows.map((row) => {
    const { url, expectedStatus, words, since } = monitorConfigSchema.parse(row.config);
    const system = row.system as Watcher;
    return {
      ...{ id: row.id, system, environment: row.environment, name: row.name, url, expectedStatus },
      state: row.state as MonitorState,
      ...(system === "panel" ? { words, since } : { words: null, since: null }),
      checkedAt: row.checkedAt?.toISOString() ?? null,
    };
  });
}

async function listWindows(serviceId: string): Promise<WindowView[]> {
  const rows = await db().maintenanceWindow.findMany({
    where: { serviceId },
    orderBy: { startedAt: "desc" },
    take: WINDOWS_SHOWN,
  });
  const ids = [...new Set(rows.flatMap(({ openedById }) => openedById ?? []))];
  const people = await db().user.findMany({ where: { id: { in: ids } }, select: { id: true, displayName: true } });
  const names = new Map(people.map(({ id, displayName }) => [id, displayName]));
  const views = rows.map(({ id, reason, runId, openedById, startedAt, endsAt, endedAt, paused, error }): WindowView => {
    const { environment, monitors } = quietRecordSchema.parse(paused);
    return {
      ...{ id, reason, environment, runId, error },
      openedBy: openedById === null ? null : { id: openedById, name: names.get(openedById) ?? "Somebody" },
      startedAt: startedAt.toISOString(),
      endsAt: endsAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      monitors: monitors.map(({ system }) => WATCHER_LABELS[system]),
      isEnding: endedAt === null && endsAt <= new Date(),
    };
  });
  return [...views.filter(({ endedAt }) => endedAt === null), ...views.filter(({ endedAt }) => endedAt !== null)];
}

/** Said here, for whoever looks for them; systems/open.ts would bring their clients into the web process. */
function listNotSetUp(): string[] {
  const { UPTIME_KUMA_URL, HEALTHCHECKS_API_URL } = config();
  return [
    ...(UPTIME_KUMA_URL ? [] : [WATCHER_LABELS["uptime-kuma"]]),
    ...(HEALTHCHECKS_API_URL ? [] : [WATCHER_LABELS.healthchecks]),
  ];
}

/** Who watches a service, what each last said, and when they were or are quiet. */
export async function getWatching(actor: Actor, serviceName: string): Promise<WatchingView> {
  authorize(actor, "monitors.read");
  const service = await db().service.findUnique({ where: { name: serviceName } });
  if (!service) throw notFound("service");
  const subject = { ownerId: service.ownerId, serviceId: service.id };
  return {
    monitors: await listMonitors(service.id),
    windows: await listWindows(service.id),
    may: { pause: service.state !== "retired" && may(actor, "monitors.pause", subject).ok },
    notSetUp: listNotSetUp(),
  };
}
