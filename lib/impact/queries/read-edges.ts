import type { Tx } from "#lib/platform/db/client.ts";
import type { DependencyKind } from "../constants.ts";
import { deriveEdges } from "../derive-edges.ts";
import type { Edge, Findable, Leaning } from "../types.ts";

export interface KnownService extends Leaning, Findable {
  state: string;
  owner: { id: string; name: string };
}

const envOf = (content: unknown): { name: string; value: string }[] => {
  if (typeof content !== "object" || content === null || !("env" in content)) return [];
  return Object.entries(content.env as Record<string, unknown>).map(([name, value]) => ({
    name,
    value: String(value),
  }));
};

/** Newest settings of every environment. */
async function readSettings(tx: Tx): Promise<Map<string, unknown>> {
  const rows = await tx.$queryRaw<{ environmentId: string; content: unknown }[]>`
    SELECT c.environmentId, c.content FROM EnvironmentConfig c
      JOIN (SELECT environmentId, MAX(version) AS version FROM EnvironmentConfig GROUP BY environmentId) n
        ON n.environmentId = c.environmentId AND n.version = c.version`;
  return new Map(
    rows.map(({ environmentId, content }) => [
      environmentId,
      typeof content === "string" ? (JSON.parse(content) as unknown) : content,
    ]),
  );
}

/** Every service that is not retired, with what others could know it by. */
async function readServices(tx: Tx): Promise<KnownService[]> {
  const [rows, claims, settings] = [
    await tx.service.findMany({
      where: { state: { not: "retired" } },
      orderBy: { name: "asc" },
      select: {
        ...{ id: true, name: true, state: true, owner: { select: { id: true, displayName: true } } },
        environments: { select: { id: true, stackName: true } },
      },
    }),
    await tx.serviceClaim.findMany({
      where: { kind: { in: ["hostname", "folder"] }, serviceId: { not: null } },
      select: { kind: true, value: true, serviceId: true },
    }),
    await readSettings(tx),
  ];
  const claimsOf = Map.groupBy(claims, (claim) => claim.serviceId);
  return rows.map(({ id, name, state, owner, environments }) => {
    const claimed = (kind: string) =>
      (claimsOf.get(id) ?? []).filter((claim) => claim.kind === kind).map(({ value }) => value);
    return {
      ...{ id, name, state, owner: { id: owner.id, name: owner.displayName } },
      ...{ hostnames: claimed("hostname"), folders: claimed("folder") },
      stackNames: environments.map((one) => one.stackName),
      env: environments.flatMap((one) => envOf(settings.get(one.id))),
    };
  });
}

/** Who needs whom: what was written down, and what the panel can tell by itself. What was written down is said once. */
export async function readEdges(tx: Tx): Promise<{ services: KnownService[]; edges: Edge[] }> {
  const services = await readServices(tx);
  const known = new Set(services.map((one) => one.id));
  const rows = await tx.serviceDependency.findMany();
  const declared = rows
    .filter((row) => known.has(row.serviceId) && known.has(row.dependsOnId))
    .map(
      (row): Edge => ({
        ...{ fromId: row.serviceId, toId: row.dependsOnId, reason: row.reason, source: "declared" },
        kind: row.kind as DependencyKind,
      }),
    );
  const written = new Set(declared.map((edge) => `${edge.fromId} ${edge.toId} ${edge.kind}`));
  const seen = deriveEdges(services).filter((edge) => !written.has(`${edge.fromId} ${edge.toId} ${edge.kind}`));
  return { services, edges: [...declared, ...seen] };
}
