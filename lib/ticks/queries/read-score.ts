import type { Tx } from "#lib/platform/db/client.ts";
import type { BoardPage, TicksHealth } from "../types.ts";

/** How many ticks of all live services are right. Read from an index alone. */
export async function readScore(tx: Tx): Promise<BoardPage["score"]> {
  const [row] = await tx.$queryRaw<Record<"services" | "total" | "open" | "servicesOpen", bigint | number | null>[]>`
    SELECT COUNT(*) AS services, SUM(ticksTotal) AS total, SUM(ticksOpen) AS open, SUM(ticksOpen > 0) AS servicesOpen
      FROM Service WHERE state = 'live'`;
  const [total, open] = [Number(row?.total ?? 0), Number(row?.open ?? 0)];
  const services = { services: Number(row?.services ?? 0), servicesOpen: Number(row?.servicesOpen ?? 0) };
  return { ...services, total, open, right: total - open };
}

interface OpenTick {
  serviceId: string;
  environment: string;
  key: string;
  title: string;
  state: "false" | "unknown";
  since: Date;
  reason: string;
}

/** Of each of these services the ticks that have been open longest, up to `each`. */
export async function readOpenTicks(tx: Tx, serviceIds: readonly string[], each: number): Promise<OpenTick[]> {
  if (serviceIds.length === 0) return [];
  const rows = await tx.tick.findMany({
    where: { serviceId: { in: [...serviceIds] }, state: { in: ["false", "unknown"] } },
    orderBy: [{ since: "asc" }, { position: "asc" }],
    select: {
      ...{ serviceId: true, environment: true, key: true, title: true, state: true, since: true, reason: true },
    },
  });
  return [...Map.groupBy(rows, (row) => row.serviceId).values()].flatMap((own) =>
    own.slice(0, each).map((row) => ({ ...row, state: row.state as OpenTick["state"] })),
  );
}

/** What Home says: the score over all, and where most is open. */
export async function readTicksHealth(tx: Tx, shown: number): Promise<TicksHealth> {
  const { servicesOpen: _, ...score } = await readScore(tx);
  const services = await tx.service.findMany({
    where: { state: "live", ticksOpen: { gt: 0 } },
    orderBy: [{ ticksOpen: "desc" }, { name: "asc" }],
    take: shown,
    select: { id: true, name: true, ticksOpen: true },
  });
  const ticks = await readOpenTicks(
    tx,
    services.map(({ id }) => id),
    1,
  );
  const tickOf = new Map(ticks.map((tick) => [tick.serviceId, tick]));
  return {
    ...score,
    worst: services.map(({ id, name, ticksOpen }) => ({
      ...{ service: name, open: ticksOpen, title: tickOf.get(id)?.title ?? "" },
      since: tickOf.get(id)?.since.toISOString() ?? null,
    })),
  };
}
