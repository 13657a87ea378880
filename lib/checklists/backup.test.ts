import { describe, expect, test } from "vitest";
import {
  pingInputSchema,
  pruneBackupsInputSchema,
  removeBackupInputSchema,
  takeBackupInputSchema,
  verifyBackupInputSchema,
} from "#lib/backups/schema/steps.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { BACKUP, type BackupRun, PING, REMOVE_BACKUP, VERIFY_BACKUP } from "./backup.ts";
import { compileChecklist } from "./compile.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const INPUTS: Record<string, { parse(input: unknown): unknown }> = {
  "backups.take": takeBackupInputSchema,
  "backups.verify": verifyBackupInputSchema,
  "backups.prune": pruneBackupsInputSchema,
  "backups.remove": removeBackupInputSchema,
  "backups.ping": pingInputSchema,
};
/** Every step that is done takes its input as it is. */
function check(steps: CompiledStep[]): CompiledStep[] {
  for (const step of steps)
    if (!step.skipReason) expect(INPUTS[step.name]?.parse(step.input)).toMatchObject(step.input);
  return steps;
}
const RUN: BackupRun = { policy: "database", trigger: "schedule", dueAt: null, restoreEach: true };
const compile = (more: Partial<BackupRun> = {}) => check(compileChecklist(BACKUP, { ...RUN, ...more }));
const waits = (steps: CompiledStep[]) =>
  Object.fromEntries(steps.filter((step) => !step.skipReason).map((step) => [step.key, step.dependsOn]));

describe("a backup", () => {
  test("is taken, then proven, and only then is anything removed", () => {
    expect(waits(compile())).toEqual({ take: [], verify: ["take"], prune: ["verify"] });
  });

  test("that is restored on a schedule only is pruned after it was taken", () => {
    expect(waits(compile({ restoreEach: false }))).toEqual({ take: [], prune: ["take"] });
  });

  test("knows when it was wanted", () => {
    const steps = compile({ dueAt: "2026-11-21T02:00:00.000Z" });
    expect(steps.find((step) => step.key === "take")?.input).toEqual({
      policy: "database",
      trigger: "schedule",
      dueAt: "2026-11-21T02:00:00.000Z",
    });
  });
});

test("points are proven one beside the other", () => {
  const steps = check(compileChecklist(VERIFY_BACKUP, { policy: "database", which: ["newest", "random-older"] }));
  expect(waits(steps)).toEqual({ "verify.newest": [], "verify.random-older": [] });
  const [one] = check(compileChecklist(VERIFY_BACKUP, { policy: "database", which: [{ backupId: ID }] }));
  expect(one).toMatchObject({ key: "verify.point", input: { which: { backupId: ID } } });
});

test("one point is removed, and a watcher told, by a step alone", () => {
  expect(check(compileChecklist(REMOVE_BACKUP, { backupId: ID }))).toHaveLength(1);
  expect(check(compileChecklist(PING, { policyId: ID, says: "fail" }))).toHaveLength(1);
});
