import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { type CalendarRule, findNextStart, isUnbroken, UNBROKEN } from "../calendar/rules.ts";
import { toCalendarRule } from "../queries/calendar-rules.ts";
import { findService } from "../queries/find-environment.ts";
import { listCalendarRules } from "../queries/list-calendar-rules.ts";
import type { CalendarRuleInput } from "../schema/release.ts";
import type { CalendarRuleList } from "../types.ts";

/** The same in columns. */
function toColumns({ time }: CalendarRuleInput) {
  if (time.kind === "repeated") {
    const { cron, timeZone, minutes } = time;
    return { startsAt: null, endsAt: null, cron, timeZone, minutes };
  }
  return { startsAt: new Date(time.from), endsAt: new Date(time.until), cron: null, timeZone: null, minutes: null };
}

/** A rule that could not be read would hold for nobody, or stop every release. */
function assertReadable(input: CalendarRuleInput, now: Date): void {
  if (input.time.kind === "once") {
    if (new Date(input.time.until) <= now) throw invalid({ "time.until": "It lies in the past." });
    return;
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone: input.time.timeZone });
  } catch {
    throw invalid({ "time.timeZone": "There is no such time zone." });
  }
  const row = { id: "", effect: input.effect, reason: "", ...toColumns(input) };
  const nothing = { serviceId: null, environment: null, byId: null, createdAt: now, removedAt: null };
  let rule: CalendarRule | null = null;
  let begins = false;
  try {
    rule = toCalendarRule({ ...nothing, ...row });
    begins = rule !== null && findNextStart(rule, now) !== null;
  } catch {
    throw invalid({ "time.cron": "Write five fields: minute, hour, day, month, weekday." });
  }
  if (!begins) throw invalid({ "time.cron": "It never begins." });
  if (rule && isUnbroken(rule, now)) throw invalid({ "time.minutes": UNBROKEN });
}

async function createRule(tx: Tx, actor: UserActor, input: CalendarRuleInput, instead: string | null): Promise<void> {
  const { effect, environment, reason, serviceName } = input;
  const service = serviceName === null ? null : await findService(serviceName, tx);
  const { id } = await tx.calendarRule.create({
    data: {
      ...{ id: randomUUID(), effect, environment, reason, byId: actor.id, serviceId: service?.id ?? null },
      ...toColumns(input),
    },
  });
  await recordAudit(tx, actor, {
    action: instead === null ? "calendar.add" : "calendar.change",
    ...{ subjectType: "calendarRule", subjectId: id },
    detail: { effect, service: serviceName, environment, reason, time: input.time, ...(instead && { instead }) },
  });
}

/** Whoever comes second finds nothing to take away. */
async function endRule(tx: Tx, id: string): Promise<void> {
  const gone = await tx.calendarRule.updateMany({ where: { id, removedAt: null }, data: { removedAt: new Date() } });
  if (gone.count === 0) throw notFound("rule");
}

/** Adds a freeze or a window. */
export async function addCalendarRule(
  actor: UserActor,
  input: CalendarRuleInput,
  now: Date = new Date(),
): Promise<CalendarRuleList> {
  authorize(actor, "calendar.manage");
  assertReadable(input, now);
  await transaction((tx) => createRule(tx, actor, input, null));
  return listCalendarRules(actor, now);
}

/** Puts another rule in the place of one, without a moment between them. The old one stays on record as it was. */
export async function changeCalendarRule(
  actor: UserActor,
  id: string,
  input: CalendarRuleInput,
  now: Date = new Date(),
): Promise<CalendarRuleList> {
  authorize(actor, "calendar.manage");
  assertReadable(input, now);
  await transaction(async (tx) => {
    await endRule(tx, id);
    await createRule(tx, actor, input, id);
  });
  return listCalendarRules(actor, now);
}

/** Takes a rule away from now on; what it held up before stays on record. */
export async function removeCalendarRule(actor: UserActor, id: string): Promise<CalendarRuleList> {
  authorize(actor, "calendar.manage");
  await transaction(async (tx) => {
    await endRule(tx, id);
    await recordAudit(tx, actor, { action: "calendar.remove", subjectType: "calendarRule", subjectId: id });
  });
  return listCalendarRules(actor);
}
