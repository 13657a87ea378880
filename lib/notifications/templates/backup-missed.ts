import { z } from "zod";
import { type BackupNews, readBackupNews } from "#lib/backups/queries/read-backup-news.ts";
import { plural } from "#lib/platform/format.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS, describeRestorable, nameBackup } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

const LISTED = 10;

function renderBackupMissed(missed: BackupNews[], { recipientName, link }: NoticeContext): Notice {
  const [first] = missed;
  const last = missed.at(-1);
  if (!first || !last) throw new Error("no backup was missed");
  const lines = missed
    .slice(-LISTED)
    .map((one) => `${formatUtc(one.dueAt ?? one.startedAt)}: ${one.error ?? "missed"}`);
  const many = missed.length > 1;
  const sections = [
    `Hello ${recipientName},`,
    `${many ? plural(missed.length, "backup") : "a backup"} of ${nameBackup(last)} ${many ? "were" : "was"} due and could not even begin:`,
    indent(lines),
    describeRestorable(last.restorableAsOf),
    `Its backups: ${link(`/backups/points/${last.id}`)}`,
    `You hear of the first in a row, and again when it is overdue. ${BACKUP_READERS}`,
  ];
  return { subject: `Backup missed: ${last.owner}, ${last.policy}`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner and the database administrators, when a backup was due and nothing could be done about it. */
export const backupMissed = defineNotice({
  template: "backup-missed",
  about: "says which backups were missed and why",
  input: { backupIds: z.array(z.guid()).min(1).max(100) },
  async read(tx, { backupIds }) {
    const news = await readBackupNews(tx, backupIds);
    return news.length > 0 ? news : null;
  },
  render: renderBackupMissed,
});
