import { CHANGED_MEANWHILE } from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { waitUntilInSync } from "../commands/wait-until-served.ts";
import { describeRecord } from "./describe-record.ts";
import { compareForeign, storeForeign } from "./foreign-rows.ts";
import { hashChange, hashPlan } from "./judge-hold.ts";
import { type Look, type LookOptions, look } from "./look.ts";
import { noteDone, noteRefused, observe, spreadingRows } from "./notes.ts";
import { packBatches } from "./pack-batches.ts";
import type { DesiredRow, Plan, PlannedSet } from "./plan-types.ts";
import type { SyncScope } from "./read-zone.ts";
import { isSentNoted, noteRows, noteSent, noteSpread } from "./rows.ts";
import { sendUnits } from "./send-changes.ts";
import { withZoneLock } from "./zone-lock.ts";
import { holdZone, isAllowed, noteFullPass, releaseZone } from "./zone-rows.ts";

/** What a pass needs of a step. */
export type SyncContext = Pick<StepContext, "run" | "step" | "signal" | "log" | "guard" | "write" | "progress">;

/** A row that is only written once the zone says that there is room for it. */
interface IncomingRow {
  row: DesiredRow;
  /** Writes it, with what is about to be sent; gives back what it is from then on. */
  commit(): Promise<Pick<DesiredRow, "id" | "version" | "sent">>;
}

export interface SyncOptions {
  /** Says what it would do and writes nothing, in Route 53 or in the database. */
  dryRun?: boolean;
  /** Tries again what Route 53 refused. */
  retryErrors?: boolean;
  incoming?: IncomingRow;
  /** Changes a person has allowed and an earlier attempt did not finish. */
  leave?: Leave;
}

/** Kept by the step, so that a plan which is allowed once is carried out once, however many attempts it takes. */
export interface Leave {
  has(change: string): boolean;
  remember(changes: string[]): Promise<void>;
}

/** What one pass did. */
export interface SyncResult {
  created: number;
  changed: number;
  removed: number;
  /** Refused by the planner or by Route 53; each row has the reason. */
  refused: number;
  drifted: number;
  /** Others' sets among those it saw. */
  foreign: number;
  /** Sent to Route 53, tries again included. */
  requests: number;
  /** It stopped before changing anything and asks a person. */
  held: { reason: string; planHash: string } | null;
  changeIds: string[];
  /** Changed, and not known to have reached every name server. */
  spreading: DesiredRow[];
  /** What it found and meant to do, when it looked last. */
  plan: Plan;
}

/** After this many looks at a zone that somebody else keeps changing, the step's next attempt goes on. */
const MAX_ROUNDS = 5;
const LOGGED = 300;

interface Pass {
  ctx: SyncContext;
  zoneId: string;
  scope: SyncScope;
  options: SyncOptions;
  /** Aborted with the step and with the lock. */
  signal: AbortSignal;
  tally: Omit<SyncResult, "plan" | "drifted" | "foreign">;
  /** Done when the lock is given back. */
  later: (() => Promise<void>)[];
}

const toLook = ({ zoneId, scope, options, signal, tally }: Pass): LookOptions => ({
  ...{ zoneId, scope, signal, retryErrors: options.retryErrors === true, incoming: options.incoming?.row },
  onRequest: () => void tally.requests++,
});

const VERBS = { create: "creating", change: "changing", remove: "removing" } as const;

function logChanges({ ctx }: Pass, changes: readonly PlannedSet[]): void {
  for (const { action, name, type, before, after } of changes.slice(0, LOGGED)) {
    const content = after ?? before;
    if (content) ctx.log.info(`Route 53: ${VERBS[action]} ${describeRecord({ ...content, name, type })}`);
  }
  if (changes.length > LOGGED) ctx.log.info(`Route 53: and ${changes.length - LOGGED} more changes`);
}

/** Sends what the plan says, batch by batch. Returns whether the zone has to be looked at again. */
async function send(pass: Pass, { zone, plan }: Look, isEarly: boolean): Promise<boolean> {
  const { ctx, signal, tally, later } = pass;
  const { batches, tooLarge } = packBatches(plan.changes);
  const refuse = async (change: PlannedSet, words: string) => {
    tally.refused++;
    ctx.log.warn(`Refused: ${change.action} ${change.type} ${change.name}: ${words}`);
    await ctx.write((tx) => noteRows(tx, [noteRefused(change.row, words)]));
  };
  for (const change of tooLarge)
    await refuse(change, "InvalidChangeBatch: it is larger than Route 53 takes in one change (32,000 characters).");
  let again = false;
  let done = 0;
  for (const units of batches) {
    const changes = units.flatMap((unit) => unit.changes);
    const unnoted = changes.filter(({ row, after }) => !isSentNoted(row, after));
    if (unnoted.length > 0) await ctx.write((tx) => noteSent(tx, unnoted));
    logChanges(pass, changes);
    again =
      (await sendUnits(units, {
        providerZoneId: zone.providerZoneId,
        signal,
        comment: `Seaworthy run ${ctx.run.id}, step ${ctx.step.key}`,
        onRequest: () => void tally.requests++,
        guard: async () => {
          signal.throwIfAborted();
          await ctx.guard();
        },
        onDone: async (sent, changeId) => {
          for (const { action } of sent) tally[`${action}d` as "created" | "changed" | "removed"]++;
          if (changeId) tally.changeIds.push(changeId);
          const notes = sent.map((change) => noteDone(change, changeId));
          const note = () => ctx.write((tx) => noteRows(tx, notes));
          // Whoever has the lock next knows the change by what was noted before it.
          if (isEarly) later.push(note);
          else await note();
          if (changeId) tally.spreading.push(...sent.map(({ row }) => row));
        },
        onRefused: refuse,
      })) || again;
    done += changes.length;
    ctx.progress("changes sent", done, plan.changes.length);
  }
  return again;
}

/** Whether the plan may be carried out; writes down why not. */
async function mayGoOn({ ctx, scope, options, tally }: Pass, { zone, plan, reading }: Look): Promise<boolean> {
  if (!plan.hold) {
    const isJudge = reading.whole || scope === "pending";
    if (zone.heldReason !== null && isJudge) await ctx.write((tx) => releaseZone(tx, zone.id));
    return true;
  }
  const { reason } = plan.hold;
  const planHash = hashPlan(plan.changes);
  if (options.leave && plan.changes.every((change) => options.leave?.has(hashChange(change)))) return true;
  if (isAllowed(zone, planHash)) {
    ctx.log.info(`A person has allowed it: ${reason}`);
    await options.leave?.remember(plan.changes.map(hashChange));
    await ctx.write((tx) => releaseZone(tx, zone.id));
    return true;
  }
  await ctx.write((tx) => holdZone(tx, zone, reason, planHash));
  tally.held = { reason, planHash: Buffer.from(planHash).toString("hex") };
  return false;
}

async function takeIn({ options }: Pass, incoming: IncomingRow): Promise<void> {
  Object.assign(incoming.row, await incoming.commit());
  delete options.incoming;
}

/**
 * Looks at a row that comes in and writes it before the lock is had, so that many who wait for it need it for their change
 * alone. Good for nothing but a change: that repeats what it replaces, and is refused when it is not so any more. Whatever
 * else the look says is looked at again.
 */
async function prepareEarly(pass: Pass, incoming: IncomingRow): Promise<Look | undefined> {
  const seen = await look(toLook(pass));
  const { changes, inSync, gone, drifted, refused } = seen.plan;
  const [change, ...more] = changes;
  const others = more.length + inSync.length + gone.length + drifted.length + refused.length;
  if (change?.row !== incoming.row || others > 0 || seen.plan.hold) return undefined;
  await takeIn(pass, incoming);
  return seen;
}

/** One look at the zone and what follows from it. Returns undefined when the zone has to be looked at again. */
async function passOnce(pass: Pass, early?: Look): Promise<Plan | undefined> {
  const { ctx, options, scope, tally } = pass;
  const seen = early ?? (await look(toLook(pass)));
  const { zone, plan, reading } = seen;
  const { incoming } = options;
  if (incoming) {
    const isInTheWay = [...plan.refused, ...plan.drifted].some(({ row }) => row === incoming.row);
    if (isInTheWay) return plan;
    await takeIn(pass, incoming);
  }
  const notes = observe(plan);
  if (notes.length > 0) await ctx.write((tx) => noteRows(tx, notes));
  const spreading = spreadingRows(plan);
  tally.spreading.push(...spreading);
  tally.changeIds.push(...new Set(spreading.flatMap(({ changeId }) => changeId ?? [])));
  if (!(await mayGoOn(pass, seen))) return plan;
  if (await send(pass, seen, early !== undefined)) return undefined;
  if (scope === "full") {
    const foreign = await compareForeign(zone.id, plan.foreign);
    await ctx.write(async (tx) => {
      await noteFullPass(tx, zone.id, reading.sets.length + tally.created - tally.removed);
      await storeForeign(tx, zone.id, foreign);
    });
  }
  return plan;
}

const changedMeanwhile = () =>
  new AppError({
    code: CHANGED_MEANWHILE,
    message: "Somebody else goes on changing this zone.",
    retry: "retry",
    retryAfterMs: 2_000,
  });

/**
 * Brings Route 53 to what the rows of a zone say, as its only writer. Level-triggered: it looks, compares, changes what differs,
 * and looks again when somebody else was faster, so it can die anywhere and be run any number of times.
 */
export async function syncZone(
  ctx: SyncContext,
  zone: { id: string; providerZoneId: string },
  scope: SyncScope,
  options: SyncOptions = {},
): Promise<SyncResult> {
  const tally: Pass["tally"] = {
    ...{ created: 0, changed: 0, removed: 0, refused: 0, requests: 0, held: null, changeIds: [], spreading: [] },
  };
  const pass = { ctx, zoneId: zone.id, scope, options: { ...options }, tally, later: [] as Pass["later"] };
  const finish = (plan: Plan): SyncResult => ({
    ...tally,
    refused: tally.refused + plan.refused.length,
    drifted: plan.drifted.length,
    foreign: plan.foreign.length,
    plan,
  });
  if (options.dryRun) {
    const { plan } = await look(toLook({ ...pass, signal: ctx.signal }));
    const held = plan.hold ? { reason: plan.hold.reason, planHash: hashPlan(plan.changes) } : null;
    tally.held = held && { ...held, planHash: Buffer.from(held.planHash).toString("hex") };
    return finish(plan);
  }
  const { incoming } = options;
  const early = incoming && (await prepareEarly({ ...pass, signal: ctx.signal }, incoming));
  const result = await withZoneLock(zone.providerZoneId, ctx.signal, async (signal) => {
    for (let round = 1; ; round++) {
      const plan = await passOnce({ ...pass, signal }, round === 1 ? early : undefined);
      if (plan) return finish(plan);
      ctx.log.info("Somebody else changed the zone just now; looking again");
      if (round >= MAX_ROUNDS) throw changedMeanwhile();
    }
  });
  for (const work of pass.later) await work();
  return result;
}

/** Waits until what a pass changed has reached all of Route 53's name servers, and notes it. Holds no lock. */
export async function settleSync(ctx: SyncContext, { changeIds, spreading }: SyncResult): Promise<void> {
  for (const changeId of new Set(changeIds)) await waitUntilInSync(ctx, changeId);
  if (spreading.length > 0) await ctx.write((tx) => noteSpread(tx, spreading));
}
