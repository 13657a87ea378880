import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { ServiceState } from "#lib/services/constants.ts";
import { reach } from "../reach.ts";
import type { ImpactView } from "../types.ts";
import { type KnownService, readEdges } from "./read-edges.ts";

/** More than these nobody reads off a drawing. */
const NODES_SHOWN = 60;

const toNode = ({ id, name, state, owner }: Pick<KnownService, "id" | "name" | "state" | "owner">) => ({
  ...{ id, name, state: state as ServiceState, ownerName: owner.name },
});

/** What a service needs and what needs it, with the way between them. */
export async function getImpact(actor: Actor, serviceName: string): Promise<ImpactView> {
  authorize(actor, "services.read");
  const tx = db();
  const row = await tx.service.findUnique({
    where: { name: serviceName },
    select: {
      id: true,
      name: true,
      state: true,
      version: true,
      ownerId: true,
      owner: { select: { displayName: true } },
    },
  });
  if (!row) throw notFound("service");
  const { services, edges } = await readEdges(tx);
  const own = { ...row, owner: { id: row.ownerId, name: row.owner.displayName } };
  const byId = new Map<string, Parameters<typeof toNode>[0]>([
    ...services.map((one): [string, KnownService] => [one.id, one]),
    [row.id, own],
  ]);
  const touched = reach(row.id, edges);
  const shown = new Set(touched.slice(0, NODES_SHOWN));
  return {
    service: toNode(own),
    nodes: [...shown].flatMap((id) => {
      const known = byId.get(id);
      return known ? [toNode(known)] : [];
    }),
    edges: edges.filter(({ fromId, toId }) => shown.has(fromId) && shown.has(toId)),
    more: touched.length - shown.size,
    mayEdit:
      row.state !== "retired" && may(actor, "services.setDependencies", { ownerId: row.ownerId, serviceId: row.id }).ok,
    version: row.version,
    choices: services.filter((one) => one.id !== row.id).map((one) => one.name),
  };
}
