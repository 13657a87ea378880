import { z } from "zod";
import { type OverdueNews, readOverdueNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS, describeRestorable, nameBackup } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function renderOverdue(news: OverdueNews, { recipientName, link }: NoticeContext): Notice {
  const sections = [
    `Hello ${recipientName},`,
    `a good backup of ${nameBackup(news)} should have been there by ${formatUtc(news.overdueAt)}, and there is none.`,
    news.lastError && `The last one says:\n${indent(news.lastError.split("\n"))}`,
    describeRestorable(news.restorableAsOf),
    `Its policy: ${link(`/backups/policies/${news.policyId}`)}\nAll backups: ${link("/backups")}`,
    `You get one mail until a good one comes. ${BACKUP_READERS}`,
  ];
  return {
    subject: `Backup overdue: ${news.owner}, ${news.policy}`,
    text: `${sections.filter(Boolean).join("\n\n")}\n`,
  };
}

/** To the owner and the database administrators, once for each time nothing good came in time. */
export const backupOverdue = defineNotice({
  template: "backup-overdue",
  about: "says that a backup is overdue",
  input: { policyId: z.guid(), overdueAt: z.iso.datetime() },
  read: (tx, { policyId, overdueAt }) => readOverdueNews(tx, policyId, new Date(overdueAt)),
  render: renderOverdue,
});
