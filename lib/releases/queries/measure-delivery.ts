import type { DeploymentKind, DeploymentState } from "../constants.ts";
import type { DeliveryView } from "../schema/delivery.ts";

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** A deployment that ended, as it is measured. */
export interface EndedDeployment {
  id: string;
  kind: DeploymentKind;
  state: Extract<DeploymentState, "done" | "failed" | "rolled_back">;
  releaseMadeAt: Date;
  startedAt: Date;
  finishedAt: Date;
  /** What ran before; null: it is the first there, which came with the environment and is not measured. */
  previousId: string | null;
}

type Measured = Omit<DeliveryView, "serviceName" | "environment" | "days">;

interface Change {
  finishedAt: Date;
  isFailed: boolean;
  leadMs: number | null;
  /** Null: nothing failed, or it is not put right yet. */
  restoreMs: number | null;
}

const mondayOf = (at: Date): string => {
  const day = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % WEEK_DAYS));
  return day.toISOString().slice(0, 10);
};

/** By the nearest rank. */
function pick(numbers: readonly number[], share: number): number | null {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

const toSeconds = (ms: number | null) => (ms === null ? null : Math.round(ms / 1_000));

function spreadOf(numbers: readonly number[]) {
  const [median, p90] = [toSeconds(pick(numbers, 0.5)), toSeconds(pick(numbers, 0.9))];
  return median === null || p90 === null ? null : { median, p90 };
}

function toChange(one: EndedDeployment, all: readonly EndedDeployment[]): Change {
  const { finishedAt } = one;
  const takenBack = all.find(
    (other) => other.kind === "rollback" && other.state === "done" && other.previousId === one.id,
  );
  if (one.state === "done" && !takenBack)
    return { finishedAt, isFailed: false, leadMs: finishedAt.getTime() - one.releaseMadeAt.getTime(), restoreMs: null };
  // What was put back by itself serves at its end; what was not, once something else is done.
  const next = all.find((other) => other.state === "done" && other.finishedAt > finishedAt);
  const restoreMs =
    one.state === "rolled_back"
      ? finishedAt.getTime() - one.startedAt.getTime()
      : next
        ? next.finishedAt.getTime() - finishedAt.getTime()
        : null;
  return { finishedAt, isFailed: true, leadMs: null, restoreMs };
}

const notNull = (numbers: readonly (number | null)[]) => numbers.filter((one) => one !== null);

/** How it went between two moments. The deployments are those of one environment, the oldest first, later ones among them. */
export function measureDelivery(
  deployments: readonly EndedDeployment[],
  { from, until }: { from: Date; until: Date },
): Measured {
  const changes = deployments
    .filter((one) => one.kind !== "rollback" && one.previousId !== null)
    .filter(({ finishedAt }) => from <= finishedAt && finishedAt <= until)
    .map((one) => toChange(one, deployments));
  const failed = changes.filter(({ isFailed }) => isFailed).length;
  const weeks: Measured["weeks"] = [];
  for (
    let at = new Date(`${mondayOf(from)}T00:00:00Z`);
    at <= until;
    at = new Date(at.getTime() + WEEK_DAYS * DAY_MS)
  ) {
    const week = mondayOf(at);
    const inside = changes.filter(({ finishedAt }) => mondayOf(finishedAt) === week);
    weeks.push({
      ...{ week, deployments: inside.length, failed: inside.filter(({ isFailed }) => isFailed).length },
      leadTimeS: toSeconds(pick(notNull(inside.map(({ leadMs }) => leadMs)), 0.5)),
      restoreS: toSeconds(pick(notNull(inside.map(({ restoreMs }) => restoreMs)), 0.5)),
    });
  }
  const span = (until.getTime() - from.getTime()) / DAY_MS / WEEK_DAYS;
  return {
    ...{ total: changes.length, failed, weeks },
    failureRate: changes.length === 0 ? null : failed / changes.length,
    leadTimeS: spreadOf(notNull(changes.map(({ leadMs }) => leadMs))),
    timeToRestoreS: spreadOf(notNull(changes.map(({ restoreMs }) => restoreMs))),
    perWeek: Math.round((changes.length / span) * 10) / 10,
  };
}
