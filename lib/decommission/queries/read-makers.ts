import type { Tx } from "#lib/platform/db/client.ts";
import { GROUP_KINDS, NOT_TAKEN } from "../constants.ts";
import type { Group, Maker } from "../types.ts";

const GROUPS = Object.entries(GROUP_KINDS) as [Group, readonly string[]][];

export const groupOf = (kind: string): Group => GROUPS.find(([, kinds]) => kinds.includes(kind))?.[0] ?? "other";

/** A database that a swap keeps aside lies in the service's own volume, and goes with that. */
export const isInVolume = ({ kind, stepName }: { kind: string; stepName: string }): boolean =>
  kind === "backup.restored-database" && stepName === "backups.swap";

/** Everything of a service that the ledger says is there, by the step that made it; the newest makers first, as an undo would go. */
export async function readMakers(tx: Tx, serviceId: string): Promise<Maker[]> {
  const rows = await tx.resource.findMany({
    where: { serviceId, state: { not: "gone" }, kind: { notIn: [...NOT_TAKEN] } },
    orderBy: [{ stepId: "desc" }, { kind: "asc" }, { name: "asc" }],
    select: { stepId: true, stepName: true, kind: true, name: true },
  });
  const taken = rows.filter((row) => !isInVolume(row));
  const grouped = Map.groupBy(taken, ({ stepId, kind }) => `${stepId} ${groupOf(kind)}`);
  return [...grouped.values()].flatMap((made) => {
    const [first] = made;
    if (!first) return [];
    return [
      {
        ...{ stepId: first.stepId, group: groupOf(first.kind) },
        names: [...new Set(made.map(({ name }) => name))],
        kinds: [...new Set(made.map(({ kind }) => kind))].sort(),
      },
    ];
  });
}
