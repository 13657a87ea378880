import { z } from "zod";
import { type DisproofNews, readDisproofNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS, describeRestorable, nameBackup } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function renderDisproved(news: DisproofNews, { recipientName, link }: NoticeContext): Notice {
  const isSmoke = news.level === "smoke";
  const sections = [
    `Hello ${recipientName},`,
    isSmoke
      ? `the backup of ${nameBackup(news)} from ${formatUtc(news.startedAt)} was restored and compared, but the check of the service on the restored data went wrong:`
      : `the backup of ${nameBackup(news)} from ${formatUtc(news.startedAt)} was looked at and is not good:`,
    indent(news.summary.split("\n")),
    isSmoke ? "" : "It no longer counts as a backup. It is left where it is for somebody to look at.",
    describeRestorable(news.restorableAsOf),
    `The backup and what was compared: ${link(`/backups/points/${news.id}`)}`,
    BACKUP_READERS,
  ];
  const subject = isSmoke
    ? `Check on restored data went wrong: ${news.owner}, ${news.policy}`
    : `Backup is not good: ${news.owner}, ${news.policy}`;
  return { subject, text: `${sections.filter(Boolean).join("\n\n")}\n` };
}

/** To the owner and the database administrators, when a look at a stored backup found it bad. */
export const backupDisproved = defineNotice({
  template: "backup-disproved",
  about: "says that a backup was looked at and is not good",
  input: { verificationId: z.guid() },
  read: (tx, { verificationId }) => readDisproofNews(tx, verificationId),
  render: renderDisproved,
});
