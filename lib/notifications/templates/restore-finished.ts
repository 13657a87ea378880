import { z } from "zod";
import { type RestoreNews, readRestoreNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function describeEnd({ state, destination, owner, environment, asOf }: RestoreNews): string {
  const what = `The data of ${formatUtc(asOf)}`;
  if (state === "swapped")
    return `${what} has taken the place of the living data of ${owner} (${environment}), compared first. What stood there before is kept beside it.`;
  if (state === "restored")
    return `${what} was restored for ${owner} (${environment}) into ${destination}, beside the living data, and compared.`;
  if (state === "removed")
    return `What was restored into ${destination} for ${owner} (${environment}) was taken away again.`;
  return `The restore of the data of ${formatUtc(asOf)} for ${owner} (${environment}) did not succeed. The living data is as it was.`;
}

function renderRestore(news: RestoreNews, { recipientName, link, runUrl }: NoticeContext): Notice {
  const sections = [
    `Hello ${recipientName},`,
    describeEnd(news),
    news.error && `Why:\n${indent(news.error.split("\n"))}`,
    `Asked for by ${news.by}. What was done, with its log: ${news.runId === null ? runUrl : link(`/runs/${news.runId}`)}\nThe restore point: ${link(`/backups/points/${news.backupId}`)}`,
    "You get this mail because you asked for it, because the service is yours or because you look after databases.",
  ];
  const subject =
    news.state === "failed" ? `Restore failed: ${news.owner}` : `Restored: ${news.owner} as of ${formatUtc(news.asOf)}`;
  return { subject, text: `${sections.filter(Boolean).join("\n\n")}\n` };
}

/** To whoever asked, the owner and the database administrators, when a restore has ended. */
export const restoreFinished = defineNotice({
  template: "restore-finished",
  about: "says how a restore ended",
  input: { restoreId: z.guid(), endedRunId: z.number().int() },
  read: (tx, { restoreId }) => readRestoreNews(tx, restoreId),
  render: renderRestore,
});
