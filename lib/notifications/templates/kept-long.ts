import { z } from "zod";
import { type KeptNews, readKeptNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc } from "./format.ts";

function renderKept(news: KeptNews, { recipientName, link }: NoticeContext): Notice {
  const { owner, environment, previous, swappedAt } = news;
  const sections = [
    `Hello ${recipientName},`,
    `when a restore took the place of the living data of ${owner} (${environment}) on ${formatUtc(swappedAt)}, what lived before was kept as ${previous}. It is there still, and takes up room.`,
    `If nobody needs it any more, remove it beside the restore: ${link(`/backups/points/${news.backupId}`)}`,
    `You get this mail once. ${BACKUP_READERS}`,
  ];
  return { subject: `Still kept since a restore: ${owner}, ${previous}`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner and the database administrators, once for what a swap has kept for a month. */
export const keptLong = defineNotice({
  template: "kept-long",
  about: "says what a swap still keeps",
  input: { restoreId: z.guid() },
  read: (tx, { restoreId }) => readKeptNews(tx, restoreId),
  render: renderKept,
});
