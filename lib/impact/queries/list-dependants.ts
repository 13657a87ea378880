import type { Tx } from "#lib/platform/db/client.ts";
import { KIND_LABELS } from "../constants.ts";
import { readEdges } from "./read-edges.ts";

/** A service that would notice when another one goes. */
export interface Dependant {
  service: string;
  owner: { id: string; name: string };
  /** Through what, in words: "Database (DATABASE_URL names …); Mail". */
  needs: string;
}

/** Who leans on this service, each once, by name. */
export async function listDependants(tx: Tx, serviceId: string): Promise<Dependant[]> {
  const { services, edges } = await readEdges(tx);
  const byId = new Map(services.map((one) => [one.id, one]));
  const towards = edges.filter((edge) => edge.toId === serviceId);
  return [...Map.groupBy(towards, (edge) => edge.fromId)]
    .flatMap(([id, reasons]) => {
      const service = byId.get(id);
      if (!service) return [];
      const needs = reasons.map(({ kind, reason }) =>
        reason ? `${KIND_LABELS[kind]} (${reason})` : KIND_LABELS[kind],
      );
      return [{ service: service.name, owner: service.owner, needs: needs.join("; ") }];
    })
    .sort((a, b) => a.service.localeCompare(b.service));
}
