import type { BackupSource } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";

/** What of a restore point says which data it is of. */
export interface PointOrigin {
  serviceId: string | null;
  /** production where it is production's data, whatever its policy calls it. */
  environment: string;
  policyId: string | null;
  policy: string;
  /** `sourceKey` of what was read; null: nobody knows any more. */
  key: string | null;
}

interface Candidate {
  id: string;
  name: string;
  serviceId: string | null;
  environment: string;
  source: BackupSource;
}

/** Whether a policy names the very data that the point was taken of. */
export const isOwn = (row: Candidate, point: PointOrigin): boolean =>
  point.key === null
    ? row.serviceId === point.serviceId && row.environment === point.environment && row.name === point.policy
    : sourceKey(row.source) === point.key;

/** Every data of a place once. Of several policies of the same the point's own stands for it, else the one called the same. */
export function listData<Row extends Candidate>(rows: readonly Row[], point: PointOrigin): Row[] {
  const places = Map.groupBy(rows, (row) => `${row.serviceId}/${row.environment}/${sourceKey(row.source)}`);
  return [...places.values()].flatMap(
    (same) =>
      same.find(({ id }) => id === point.policyId) ??
      same.find(({ name }) => name === point.policy) ??
      same.slice(0, 1),
  );
}

/** Where the point goes in a place when nobody says to which data: its own, else the only one; undefined: somebody has to choose. */
export function pickDestination<Row extends Candidate>(rows: readonly Row[], point: PointOrigin): Row | undefined {
  const all = listData(rows, point);
  return all.find((row) => isOwn(row, point)) ?? (all.length === 1 ? all[0] : undefined);
}
