import type { DataChangeState } from "#lib/data-changes/constants.ts";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { formatCount } from "#lib/platform/format.ts";
import type { Shown } from "../state-of.ts";

const STATES: Record<DataChangeState, Shown> = {
  draft: { state: "waiting", word: "Draft" },
  proposed: { state: "person", word: "Waits for approval" },
  approved: { state: "person", word: "Approved, not carried out" },
  running: { state: "running", word: "Being carried out" },
  reporting: { state: "person", word: "Waits for its report" },
  done: { state: "done", word: "Done" },
  failed: { state: "failed", word: "Not carried out" },
  rejected: { state: "failed", word: "Rejected" },
  expired: { state: "skipped", word: "Expired" },
  cancelled: { state: "skipped", word: "Withdrawn" },
};

export const stateOfDataChange = (state: DataChangeState): Shown => STATES[state];

export const ENGINES: Record<"mariadb" | "mysql" | "postgresql", string> = {
  mariadb: "MariaDB",
  mysql: "MySQL",
  postgresql: "PostgreSQL",
};

export const countRows = (rows: number): string => `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}`;

/** What became of the rows, in a sentence; null: nothing yet. */
export function describeOutcome({ result }: Pick<DataChangeView, "result">): { title: string; isGood: boolean } | null {
  switch (result?.outcome) {
    case "committed":
      return { title: "It was carried out, with the counts of its preview", isGood: true };
    case "refused":
      return { title: "Everything was taken back: nothing was changed", isGood: false };
    case "stopped":
      return { title: "It never came to the statements: nothing was changed", isGood: false };
    case "unknown":
      return { title: "It is not known whether it was carried out", isGood: false };
    default:
      return null;
  }
}
