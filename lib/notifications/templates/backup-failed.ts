import { z } from "zod";
import { type BackupNews, readBackupNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS, describeRestorable, nameBackup } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function renderBackupFailed(news: BackupNews, { recipientName, link }: NoticeContext): Notice {
  const sections = [
    `Hello ${recipientName},`,
    `the backup of ${nameBackup(news)}, begun ${formatUtc(news.startedAt)}, failed. Nothing of it is kept as a backup, and none of the earlier ones was removed.`,
    `Why:\n${indent((news.error ?? "It does not say.").split("\n"))}`,
    describeRestorable(news.restorableAsOf),
    `The backup, with its log: ${link(`/backups/points/${news.id}`)}`,
    `You hear of the first failure in a row, and again when it is overdue. ${BACKUP_READERS}`,
  ];
  return { subject: `Backup failed: ${news.owner}, ${news.policy}`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner and the database administrators, for the first failure in a row. */
export const backupFailed = defineNotice({
  template: "backup-failed",
  about: "says that a backup failed and why",
  input: { backupId: z.guid() },
  async read(tx, { backupId }) {
    const [news] = await readBackupNews(tx, [backupId]);
    return news?.state === "failed" ? news : null;
  },
  render: renderBackupFailed,
});
