import { db } from "#lib/platform/db/client.ts";
import { findClosed, readCalendarRules } from "./calendar-rules.ts";
import { findSwap } from "./find-swap.ts";
import type { DeployJob } from "./read-deploy-job.ts";

/** Rolling back and breaking the glass are done when they have to be. */
async function findClosedCalendar({ row, kind }: DeployJob): Promise<string[]> {
  if (kind !== "release") return [];
  const rules = await readCalendarRules(db(), row.environment.serviceId, row.environment.name);
  const closed = findClosed(rules, new Date());
  if (!closed) return [];
  return [`Nothing may start now: ${closed.reason}${closed.until ? ` (until ${closed.until})` : ""}`];
}

/** Why a deployment may not go on at this moment, whatever was approved: the calendar, or its data being exchanged. */
export async function findHindrances(job: DeployJob): Promise<string[]> {
  const swap = await findSwap(job.row.environment);
  return [...(await findClosedCalendar(job)), ...(swap === null ? [] : [swap])];
}
