import { z } from "zod";
import { type BackupNews, readBackupNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS, nameBackup } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function renderAnomaly(news: BackupNews, { recipientName, link }: NoticeContext): Notice {
  const sections = [
    `Hello ${recipientName},`,
    `the backup of ${nameBackup(news)} from ${formatUtc(news.startedAt)} is whole, but unlike those before it:`,
    indent((news.anomaly ?? "").split("; ")),
    "Look whether data was lost, or something writes more than it should. If it is meant to be so, there is nothing to do.",
    `The backup: ${link(`/backups/points/${news.id}`)}`,
    BACKUP_READERS,
  ];
  return { subject: `Unusual backup: ${news.owner}, ${news.policy}`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner and the database administrators, when a backup's size or rows are far from the usual. */
export const backupAnomaly = defineNotice({
  template: "backup-anomaly",
  about: "says what is unusual about a backup",
  input: { backupId: z.guid() },
  async read(tx, { backupId }) {
    const [news] = await readBackupNews(tx, [backupId]);
    return news?.anomaly ? news : null;
  },
  render: renderAnomaly,
});
