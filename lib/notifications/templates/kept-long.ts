import { z } from "zod";
import { type KeptNews, readKeptNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc } from "./format.ts";

function renderKept(news: KeptNews, { recipientName, link }: NoticeContext): Notice {
  const { owner, environment, name, since, copy } = news;
  const whose = `${owner} (${environment})`;
  const happened = copy
    ? `on ${formatUtc(since)} ${copy.by} restored ${whose} as of ${formatUtc(copy.asOf)} beside the living data, as ${name}.`
    : `when a restore took the place of the living data of ${whose} on ${formatUtc(since)}, what lived before was kept as ${name}.`;
  const sections = [
    `Hello ${recipientName},`,
    `${happened} It is there still, and takes up room.`,
    `If nobody needs it any more, remove it beside the restore: ${link(`/backups/points/${news.backupId}`)}`,
    `You get this mail once. ${BACKUP_READERS}`,
  ];
  return { subject: `Still kept since a restore: ${owner}, ${name}`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner and the database administrators, once for what a restore has put beside or its swap has kept for a month. */
export const keptLong = defineNotice({
  template: "kept-long",
  about: "says what a restore has left standing",
  input: { restoreId: z.guid() },
  read: (tx, { restoreId }) => readKeptNews(tx, restoreId),
  render: renderKept,
});
