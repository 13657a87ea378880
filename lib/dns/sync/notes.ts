import type { Observed } from "./content.ts";
import { isAbsent, isSameStanding, standingFrom } from "./content.ts";
import type { DesiredRow, Plan, PlannedSet } from "./plan-types.ts";
import type { RowNote } from "./rows.ts";

const isSameObserved = (a: Observed | null, b: Observed) =>
  a !== null && (isAbsent(a) || isAbsent(b) ? isAbsent(a) && isAbsent(b) : isSameStanding(a, b));

const isApplied = ({ applied, wanted }: DesiredRow) =>
  applied !== null && isSameStanding(standingFrom(applied), standingFrom(wanted));

/** Done by an earlier pass, and not known to have reached every name server. */
const isSpreading = (row: DesiredRow) =>
  row.changeId !== null &&
  (row.state === "removing" ? row.applied === null : row.state === "pending" && isApplied(row));
export const spreadingRows = ({ inSync, gone }: Plan) => [...inSync, ...gone].filter(isSpreading);

/** Nothing is to be written about a row that says already what was found. */
const isNoted = (row: DesiredRow) =>
  row.state === "in_sync" && isApplied(row) && !row.sent && !row.overwrite && !row.observed && row.error === null;

/** What a look alone tells about the rows; only what is news. */
export function observe({ inSync, gone, drifted, refused }: Plan): RowNote[] {
  return [
    ...inSync
      .filter((row) => !isNoted(row) && !isSpreading(row))
      .map((row): RowNote => ({ row, state: "in_sync", applied: row.wanted, sent: null })),
    ...gone
      .filter((row) => !isSpreading(row))
      .map((row): RowNote => ({ row, state: "removed", applied: null, sent: null, changeId: null })),
    ...drifted
      .filter(({ row, observed }) => row.state !== "drift" || !isSameObserved(row.observed, observed))
      .map(({ row, observed }): RowNote => {
        const { applied, sent } = row;
        const error = row.leaving ? "It was not removed: somebody changed it outside the panel." : null;
        return { row, state: "drift", applied, sent, observed, error, changeId: null };
      }),
    ...refused
      .filter(({ row, reason }) => row.state !== "error" || row.error !== reason)
      .map(({ row, reason }): RowNote => {
        const { applied, sent } = row;
        return { row, state: "error", applied, sent, error: reason, changeId: null, overwrite: "keep" };
      }),
  ];
}

/** Rows that nobody waited for and that can go on: what was in their way is gone. */
export function noteWaiting({ changes }: Plan): RowNote[] {
  return changes
    .filter(({ row }) => row.state !== "pending" && row.state !== "removing")
    .map(
      ({ row: { applied, sent }, row }): RowNote => ({
        ...{ row, state: row.leaving ? "removing" : "pending", applied, sent, changeId: null, overwrite: "keep" },
      }),
    );
}

/** Route 53 took the change. Done is the row once that has reached every name server; a lost answer has no id to ask about. */
export function noteDone({ row, after }: PlannedSet, changeId: string | null): RowNote {
  const [waiting, done] = after ? (["pending", "in_sync"] as const) : (["removing", "removed"] as const);
  return { row, state: changeId ? waiting : done, applied: after ?? null, sent: null, changeId };
}

/** Route 53 will not have it; what stood there stands there still. */
export const noteRefused = (row: DesiredRow, words: string): RowNote => ({
  ...{ row, state: "error", applied: row.applied, sent: null, error: words, changeId: null },
});
