import { describe, expect, it, test } from "vitest";
import { MailInput } from "../steps/mail-input.ts";
import { backupAnomaly } from "./backup-anomaly.ts";
import { backupDisproved } from "./backup-disproved.ts";
import { backupFailed } from "./backup-failed.ts";
import { backupGone } from "./backup-gone.ts";
import { backupMissed } from "./backup-missed.ts";
import { backupOverdue } from "./backup-overdue.ts";
import { keptLong } from "./kept-long.ts";
import { proofsStopped } from "./proofs-stopped.ts";
import { restoreFinished } from "./restore-finished.ts";
import { targetFailing } from "./target-failing.ts";

const NEWS = {
  ...{ id: "b1", owner: "pad-notes", environment: "production", policyId: "p1", policy: "database", state: "failed" },
  ...{ startedAt: new Date("2026-11-21T02:07:00Z"), dueAt: null, error: "The disk is full.\nwrite: ENOSPC" },
  ...{ anomaly: null, sizeBytes: null, restorableAsOf: new Date("2026-11-20T02:07:00Z") },
};
const CONTEXT = {
  recipientName: "Olive Owner",
  link: (path: string) => `https://panel.example.org${path}`,
  runUrl: "https://panel.example.org/runs/12",
  now: new Date("2026-11-21T03:00:00Z"),
};

describe("mails about backups", () => {
  it("a failed one says why, that nothing was lost, and what can be brought back", () => {
    expect(backupFailed.render(NEWS, CONTEXT)).toEqual({
      subject: "Backup failed: pad-notes, database",
      text: `Hello Olive Owner,

the backup of pad-notes (production), database, begun 2026-11-21 02:07 UTC, failed. Nothing of it is kept as a backup, and none of the earlier ones was removed.

Why:
  The disk is full.
  write: ENOSPC

It can provably be brought back as of 2026-11-20 02:07 UTC.

The backup, with its log: https://panel.example.org/backups/points/b1

You hear of the first failure in a row, and again when it is overdue. You get this mail because the service is yours or because you look after databases.
`,
    });
    const { text } = backupFailed.render({ ...NEWS, restorableAsOf: null }, CONTEXT);
    expect(text).toContain("no moment that it can provably be brought back to");
  });

  it("missed ones are listed with their times and reasons", () => {
    const missed = [1, 2].map((hour) => ({
      ...NEWS,
      ...{ id: `m${hour}`, state: "missed", error: "Nobody was there.", dueAt: new Date(Date.UTC(2026, 10, 21, hour)) },
    }));
    const { subject, text } = backupMissed.render(missed, CONTEXT);
    expect(subject).toBe("Backup missed: pad-notes, database");
    expect(text).toContain("2 backups of pad-notes (production), database were due");
    expect(text).toContain("  2026-11-21 01:00 UTC: Nobody was there.\n  2026-11-21 02:00 UTC: Nobody was there.");
  });

  it("a disproved one says what was compared; a failed check of the service is told apart", () => {
    const bad = { ...NEWS, level: "counts", summary: "notes: 3 rows instead of 5" };
    expect(backupDisproved.render(bad, CONTEXT)).toMatchObject({ subject: "Backup is not good: pad-notes, database" });
    expect(backupDisproved.render(bad, CONTEXT).text).toContain("It no longer counts as a backup.");
    const smoke = backupDisproved.render({ ...bad, level: "smoke", summary: "/health answered 500" }, CONTEXT);
    expect(smoke.subject).toContain("Check on restored data");
    expect(smoke.text).not.toContain("no longer counts");
  });

  it("an overdue one says since when and what the last one said", () => {
    const overdue = {
      ...NEWS,
      policyId: "p1",
      overdueAt: new Date("2026-11-21T05:07:00Z"),
      lastError: "The disk is full.",
    };
    const { subject, text } = backupOverdue.render(overdue, CONTEXT);
    expect(subject).toBe("Backup overdue: pad-notes, database");
    expect(text).toContain("should have been there by 2026-11-21 05:07 UTC");
    expect(text).toContain("The last one says:\n  The disk is full.");
    expect(text).toContain("https://panel.example.org/backups/policies/p1");
  });

  it("proofs that stopped are told with the reason, and how far the last one goes", () => {
    const stopped = {
      ...NEWS,
      policyId: "p1",
      since: NEWS.startedAt,
      error: "The panel has no identity that opens it.",
    };
    const { subject, text } = proofsStopped.render(stopped, CONTEXT);
    expect(subject).toBe("Backups no longer proven: pad-notes, database");
    expect(text).toContain("no backup of pad-notes (production), database has been proven since 2026-11-21 02:07 UTC");
    expect(text).toContain("Why:\n  The panel has no identity that opens it.");
    expect(text).toContain("It can provably be brought back as of 2026-11-20 02:07 UTC.");
    expect(text).toContain("https://panel.example.org/backups/policies/p1");
  });

  it("missing ones are told with when they were begun, and what is left", () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
    const startedAt = Array.from({ length: 12 }, (_, index) => at(12 - index));
    const gone = { ...NEWS, backupId: "b1", targetId: "t1", target: "Bucket", missingSince: NEWS.startedAt, startedAt };
    const { subject, text } = backupGone.render(gone, CONTEXT);
    expect(subject).toBe("Backups are missing: pad-notes, database");
    expect(text).toContain("the objects of 12 backups of pad-notes (production), database were not where");
    expect(text).toContain("  2026-11-20 03:00 UTC\n  and 2 more");
    expect(text).toContain("It can provably be brought back as of 2026-11-20 02:07 UTC.");
    expect(text).toContain("https://panel.example.org/backups/targets/t1");
    expect(backupGone.render({ ...gone, restorableAsOf: null }, CONTEXT).text).toContain("None of those that are left");
  });

  it("a failing target is told with the reason, and what hangs on it", () => {
    const failing = { targetId: "t1", target: "Bucket", error: "The key was refused.", policies: 3, points: 40 };
    const { subject, text } = targetFailing.render({ ...failing, since: NEWS.startedAt }, CONTEXT);
    expect(subject).toBe("Backup target failing: Bucket");
    expect(text).toContain("has been failing since 2026-11-21 02:07 UTC");
    expect(text).toContain("Policies that use it: 3. Backups in it: 40.");
    expect(text).toContain("Why:\n  The key was refused.");
  });

  it("an unusual one says what is unusual", () => {
    const odd = { ...NEWS, state: "verified", anomaly: "size: 1 MB, less than half of the usual 9 MB; rows: 0, less" };
    expect(backupAnomaly.render(odd, CONTEXT).text).toContain(
      "  size: 1 MB, less than half of the usual 9 MB\n  rows: 0",
    );
  });

  it("a restore that has ended says where the data is now", () => {
    const restore = {
      ...{ restoreId: "r1", backupId: "b1", owner: "pad-notes", environment: "production", mode: "beside" },
      ...{
        state: "restored",
        destination: "pad_notes_restored",
        by: "Robin",
        asOf: NEWS.startedAt,
        error: null,
        runId: 7,
      },
    };
    const { subject, text } = restoreFinished.render(restore, CONTEXT);
    expect(subject).toBe("Restored: pad-notes as of 2026-11-21 02:07 UTC");
    expect(text).toContain("into pad_notes_restored, beside the living data");
    expect(text).toContain("Asked for by Robin. What was done, with its log: https://panel.example.org/runs/7");
    const failed = restoreFinished.render({ ...restore, state: "failed", error: "It does not fit." }, CONTEXT);
    expect(failed.subject).toBe("Restore failed: pad-notes");
    expect(failed.text).toContain("The living data is as it was.\n\nWhy:\n  It does not fit.");
    expect(restoreFinished.render({ ...restore, state: "swapped" }, CONTEXT).text).toContain("taken the place");
  });

  it("what a swap still keeps is named, with where it is removed", () => {
    const kept = { backupId: "b1", owner: "pad-notes", environment: "production", since: NEWS.startedAt };
    const { subject, text } = keptLong.render({ ...kept, name: "pad_notes_before", copy: null }, CONTEXT);
    expect(subject).toBe("Still kept since a restore: pad-notes, pad_notes_before");
    expect(text).toContain("on 2026-11-21 02:07 UTC, what lived before was kept as pad_notes_before.");
    expect(text).toContain("https://panel.example.org/backups/points/b1");
  });

  it("a copy that stands beside for long is named, with who made it and as of when", () => {
    const kept = { backupId: "b1", owner: "pad-notes", environment: "production", since: NEWS.startedAt };
    const copy = { by: "Robin", asOf: new Date("2026-10-01T02:00:00Z") };
    const { subject, text } = keptLong.render({ ...kept, name: "pad_notes_restored", copy }, CONTEXT);
    expect(subject).toBe("Still kept since a restore: pad-notes, pad_notes_restored");
    expect(text).toContain(
      "on 2026-11-21 02:07 UTC Robin restored pad-notes (production) as of 2026-10-01 02:00 UTC beside the living data, as pad_notes_restored. It is there still",
    );
  });
});

const ID = "00000000-0000-4000-8000-000000000001";
test.each([
  ["backup-failed", { backupId: ID }],
  ["backup-missed", { backupIds: [ID, ID] }],
  ["backup-disproved", { verificationId: ID }],
  ["backup-overdue", { policyId: ID, overdueAt: new Date(0).toISOString() }],
  ["proofs-stopped", { policyId: ID, since: new Date(0).toISOString() }],
  ["backup-gone", { backupId: ID, missingSince: new Date(0).toISOString() }],
  ["target-failing", { targetId: ID, since: new Date(0).toISOString() }],
  ["backup-anomaly", { backupId: ID }],
  ["restore-finished", { restoreId: ID, endedRunId: 7 }],
  ["kept-long", { restoreId: ID }],
])("the step takes what %s is told, and nothing more", (template, about) => {
  const input = { template, toUserId: ID, ...about };
  expect(MailInput.parse(input)).toEqual(input);
  expect(MailInput.safeParse({ ...input, password: "x" }).success).toBe(false);
});
