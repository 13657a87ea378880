import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { explainNotRestorable } from "../restore/explain-not-restorable.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { sourceSchema } from "../schema/source.ts";
import { targetConfigSchema } from "../schema/target.ts";
import type { BackupPoint, VerificationView } from "../types.ts";
import { BACKUP_ROW, findAvailability, findRuns, readLevel, toBackupView } from "./backup-view.ts";
import { goesUnpinned } from "./goes-unpinned.ts";
import { LINK_WITH, RESTORE_WITH, toLinkView, toRestoreView } from "./restore-view.ts";
import { explainStays } from "./why-stays.ts";
import { writeByHand } from "./write-by-hand.ts";

const LOOKS_SHOWN = 60;
const RESTORES_SHOWN = 50;
const LINKS_SHOWN = 50;

const POINT = {
  ...BACKUP_ROW,
  key: true,
  manifest: true,
  serviceId: true,
  pinReason: true,
  pinnedById: true,
  pinnedBy: { select: { displayName: true } },
  service: { select: { name: true, ownerId: true } },
  target: { select: { id: true, name: true, kind: true, config: true, state: true, failingSince: true } },
  backupPolicy: { select: { scope: true, kind: true, source: true } },
} as const satisfies Prisma.BackupSelect;
type PointRow = Prisma.BackupGetPayload<{ select: typeof POINT }>;

const WORDS: Record<string, [good: string, bad: string]> = {
  hash: [
    "Read back from the target: every byte is as it was stored.",
    "What the target gives back is not what was stored.",
  ],
  decode: ["Unpacked to its end.", "It cannot be unpacked to its end."],
  restore: ["Restored into an empty place.", "It could not be restored."],
  counts: ["All that was restored was counted and agrees.", "What was restored is not what was there."],
  smoke: ["The check of the app passed.", "The check of the app failed."],
};

/** What a look found, in words: its own, or those of its level when it was written by an older version. */
function summarize({ level, ok, report }: { level: string; ok: boolean; report: unknown }): string {
  if (report !== null && typeof report === "object" && "summary" in report && typeof report.summary === "string")
    return report.summary;
  const [good, bad] = WORDS[level] ?? ["It was good.", "It was not good."];
  return ok ? good : bad;
}

async function readLooks(tx: Tx, backupId: string): Promise<VerificationView[]> {
  const rows = await tx.verification.findMany({
    where: { backupId },
    orderBy: { createdAt: "desc" },
    take: LOOKS_SHOWN,
  });
  const runs = await findRuns(
    tx,
    rows.map((row) => row.stepId),
  );
  return rows.reverse().map((row) => ({
    id: row.id,
    level: readLevel(row.level) ?? "hash",
    ok: row.ok,
    summary: summarize(row),
    durationMs: row.durationMs,
    at: row.createdAt.toISOString(),
    runId: runs.get(row.stepId) ?? null,
  }));
}

/** Restores and links are for those who could make them: a link's reason may say what only they should know. */
async function readGiven(tx: Tx, actor: Actor, backupId: string, mayLink: boolean) {
  const [restores, links] = await Promise.all([
    tx.restore.findMany({
      where: { backupId },
      include: RESTORE_WITH,
      orderBy: { createdAt: "desc" },
      take: RESTORES_SHOWN,
    }),
    mayLink
      ? tx.backupLink.findMany({
          where: { backupId },
          include: LINK_WITH,
          orderBy: { createdAt: "desc" },
          take: LINKS_SHOWN,
        })
      : [],
  ]);
  return { restores: restores.map((row) => toRestoreView(row, actor)), links: links.map(toLinkView) };
}

/** Why it was not there, in more than the state's word. */
function explain(row: PointRow, manifest: Manifest | null): string | null {
  const reason = explainNotRestorable({
    engine: row.engine,
    state: row.state,
    missing: row.missingAt !== null,
    removed: row.removedAt !== null,
    described: manifest !== null,
  });
  if (row.removedAt && row.removedReason) return `Its objects were removed: ${row.removedReason}`;
  return reason;
}

const isKeepable = (row: PointRow) => row.removedAt === null && (row.state === "stored" || row.state === "verified");

function decide(
  actor: Actor,
  row: PointRow,
  { notRestorable, stays }: Pick<BackupPoint, "notRestorable" | "stays">,
): BackupPoint["may"] {
  const subject = { ownerId: row.service?.ownerId ?? null, serviceId: row.serviceId };
  const isThere = findAvailability(row) === "available";
  const hasObjects = row.removedAt === null && row.manifest !== null && row.state !== "running";
  return {
    // Also one that was found bad: it may have been mended since.
    verify: hasObjects && may(actor, "backups.verify").ok,
    restore: notRestorable === null && may(actor, "backups.restore", subject).ok,
    swap: notRestorable === null && may(actor, "backups.swap", subject).ok,
    pin: row.pinnedAt
      ? may(actor, "backups.unpin", { ...subject, requestedById: row.pinnedById }).ok
      : isKeepable(row) && may(actor, "backups.pin").ok,
    remove: hasObjects && stays === null && may(actor, "backups.remove").ok,
    link: isThere && may(actor, "backups.link", subject).ok,
  };
}

function writeCommands(row: PointRow, manifest: Manifest | null): BackupPoint["byHand"] {
  const target = targetConfigSchema.safeParse({ ...(row.target.config as object), kind: row.target.kind });
  if (!manifest || !target.success || row.removedAt || row.missingAt) return [];
  const { backupPolicy } = row;
  const source = sourceSchema.safeParse(
    backupPolicy ? { ...(backupPolicy.source as object), kind: backupPolicy.kind } : null,
  );
  return writeByHand({
    key: row.key,
    manifest,
    target: target.data,
    source: source.success ? source.data : null,
    backupsRoot: config().BACKUPS_ROOT,
  });
}

/** One restore point with everything its page shows. */
export async function getBackup(actor: Actor, backupId: string): Promise<BackupPoint> {
  authorize(actor, "backups.read");
  const tx = db();
  const row = await tx.backup.findUnique({ where: { id: backupId }, select: POINT });
  if (!row) throw notFound("backup");
  const now = new Date();
  const manifest = manifestSchema.safeParse(row.manifest).data ?? null;
  const notRestorable = explain(row, manifest);
  const stays = row.removedAt ? null : await explainStays(backupId, now, tx);
  const mayLink = may(actor, "backups.link", { ownerId: row.service?.ownerId ?? null, serviceId: row.serviceId }).ok;
  const [runs, looks, given] = await Promise.all([
    findRuns(tx, [row.stepId]),
    readLooks(tx, backupId),
    readGiven(tx, actor, backupId, mayLink),
  ]);
  const tables = manifest ? Object.keys(manifest.counts).length : null;
  const { id, name, kind, state, failingSince } = row.target;
  return {
    ...toBackupView(
      { ...row, target: { id, name, kind } },
      { runId: runs.get(row.stepId) ?? null, tables },
      now.getTime(),
    ),
    key: row.key,
    manifest,
    verifications: looks,
    pin: row.pinnedAt
      ? {
          ...{ by: row.pinnedBy?.displayName ?? "", reason: row.pinReason ?? "", at: row.pinnedAt.toISOString() },
          goesUnpinned: await goesUnpinned(row, now, tx),
        }
      : null,
    ...given,
    byHand: writeCommands(row, manifest),
    may: decide(actor, row, { notRestorable, stays }),
    targetFailingSince: state === "failing" ? (failingSince?.toISOString() ?? null) : null,
    notRestorable,
    stays,
  };
}
