import type { Tx } from "#lib/platform/db/client.ts";
import type { TickState } from "../constants.ts";

export interface TickNews {
  service: string;
  environment: string;
  title: string;
  state: TickState;
  since: Date;
  reason: string;
}

/** Names a tick in the input of a mail. */
export const tickName = (tick: { serviceId: string; environment: string; key: string }) =>
  `${tick.serviceId}/${tick.environment}/${tick.key}`;

/** Ticks a mail is about, as they are when it is sent; those of services that are gone are left out. */
export async function readTickNews(tx: Tx, names: readonly string[]): Promise<TickNews[]> {
  const wanted = new Set(names);
  const rows = await tx.tick.findMany({
    where: {
      serviceId: { in: [...new Set(names.map((name) => name.split("/")[0] ?? ""))] },
      service: { state: "live" },
      state: { in: ["true", "false"] },
    },
    include: { service: { select: { name: true } } },
    orderBy: [{ service: { name: "asc" } }, { environment: "asc" }, { position: "asc" }],
  });
  return rows
    .filter((row) => wanted.has(tickName(row)))
    .map(({ service, environment, title, state, since, reason }) => ({
      ...{ service: service.name, environment, title, since, reason },
      state: state as TickState,
    }));
}
