import { afterAll, afterEach, beforeAll } from "vitest";
import { startDue } from "#lib/backups/commands/start-due.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { openStage, type Stage, testStep, until, untilState } from "#lib/runs/testing/stage.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { createPoint, createPolicyRow, createServiceRow } from "./backup-rows.ts";

interface Played {
  /** What the next take does besides making its row. */
  take: (ctx: StepContext) => Promise<{ state?: string; sizeBytes?: number; totalRows?: number; error?: string }>;
  verify: (ctx: StepContext) => Promise<unknown>;
}

/** An engine with the real hooks, in which backups are played: what a take and a proof come to is the test's to say. */
export class BackupStage {
  stage!: Stage;
  dba!: { id: string };
  /** Of the policy that was made last. */
  service = { id: "", name: "" };
  readonly played: Played = { take: async () => ({}), verify: async () => {} };
  /** What the watcher outside heard. */
  readonly told: string[] = [];

  async open(name: string): Promise<void> {
    this.stage = await openStage(name);
    const steps = [
      testStep("backups.take", (input, ctx) => this.#take(input, ctx)),
      testStep("backups.verify", async (_input, ctx) => this.played.verify(ctx)),
      testStep("backups.prune", async () => ({})),
      testStep("backups.reconcile", async () => ({})),
      testStep("backups.ping", async (input) => void this.told.push(String(input.says))),
      testStep("notifications.mail", async () => ({})),
    ];
    await this.stage.startEngine(steps, { hooks: RUN_HOOKS });
    this.dba = await this.stage.addActor("dba", "Dana Dba");
  }

  /** Makes the row that a real one would have made, good or bad, in the step's own name. */
  async #take(input: Record<string, unknown>, ctx: StepContext) {
    const scope = `${ctx.service?.id ?? "panel"}/production/${String(input.policy)}`;
    const { id: policyId } = await db().backupPolicy.findUniqueOrThrow({ where: { scope } });
    const played = await this.played.take(ctx);
    const state = played.state ?? "stored";
    const { id } = await createPoint(policyId, { ...played, state, stepId: ctx.step.id });
    if (state === "failed" || state === "missed")
      throw new AppError({ code: "backups.test", message: played.error ?? "no", retry: "permanent" });
    return { backupId: id };
  }

  async createPolicy(settings: Parameters<typeof createPolicyRow>[1] = {}): Promise<string> {
    this.played.take = async () => ({});
    this.played.verify = async () => {};
    this.service = await createServiceRow(this.stage.actor.id);
    return createPolicyRow(this.service, settings);
  }

  /** Mails of a kind about the service, whoever they are for. */
  mails(template: string) {
    return db().run.findMany({ where: { serviceId: this.service.id, startKey: { startsWith: `${template}:` } } });
  }

  /** One backup from being due to its end. */
  async goRound(policyId: string) {
    await makeDue(policyId);
    const [runId = 0] = await startDue();
    return { runId, state: await untilState(runId, "finished") };
  }

  async clear(): Promise<void> {
    await until("every run to end", async () => {
      const active = await db().run.count({ where: { state: { in: ["pending", "running"] } } });
      return active === 0;
    });
    await db().verification.deleteMany();
    await db().backup.deleteMany();
    await db().backupPolicy.deleteMany();
    this.told.length = 0;
  }
}

/** One for a whole file, without policies at the start of each test. */
export function useBackupStage(name: string): BackupStage {
  const on = new BackupStage();
  beforeAll(() => on.open(name));
  afterAll(() => on.stage.close());
  afterEach(() => on.clear());
  return on;
}

export const policyRow = (id: string) => db().backupPolicy.findUniqueOrThrow({ where: { id } });
export const makeDue = (id: string, agoMs = 1) =>
  db().backupPolicy.update({ where: { id }, data: { nextAt: new Date(Date.now() - agoMs) } });
