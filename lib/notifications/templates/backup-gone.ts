import { z } from "zod";
import { type MissingNews, readMissingNews } from "#lib/backups/queries/read-target-news.ts";
import { plural } from "#lib/platform/format.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS, describeRestorable, nameBackup } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

const LISTED = 10;

function renderGone(news: MissingNews, { recipientName, link }: NoticeContext): Notice {
  const { startedAt, target, targetId, backupId, missingSince } = news;
  const more = startedAt.length - LISTED;
  const lines = [...startedAt.slice(0, LISTED).map(formatUtc), ...(more > 0 ? [`and ${more} more`] : [])];
  const sections = [
    `Hello ${recipientName},`,
    `the objects of ${plural(startedAt.length, "backup")} of ${nameBackup(news)} were not where they were stored, in ${target}, when it was looked through on ${formatUtc(missingSince)}. Nobody removed them in the panel. The backups from:`,
    indent(lines),
    news.restorableAsOf
      ? describeRestorable(news.restorableAsOf)
      : "None of those that are left was proven: there is no moment that it can provably be brought back to.",
    `One of them: ${link(`/backups/points/${backupId}`)}\nThe target: ${link(`/backups/targets/${targetId}`)}`,
    `You get this mail once for them. ${BACKUP_READERS}`,
  ];
  return { subject: `Backups are missing: ${news.owner}, ${news.policy}`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner and the database administrators, once when objects of backups are newly not there. */
export const backupGone = defineNotice({
  template: "backup-gone",
  about: "says that backups are not where they were stored",
  input: { backupId: z.guid(), missingSince: z.iso.datetime() },
  read: (tx, { backupId, missingSince }) => readMissingNews(tx, backupId, new Date(missingSince)),
  render: renderGone,
});
