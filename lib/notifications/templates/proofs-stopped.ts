import { z } from "zod";
import { type ProofsStoppedNews, readProofsStoppedNews } from "#lib/backups/queries/read-backup-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { BACKUP_READERS, describeRestorable, nameBackup } from "./backup-words.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function renderStopped(news: ProofsStoppedNews, { recipientName, link }: NoticeContext): Notice {
  const sections = [
    `Hello ${recipientName},`,
    `no backup of ${nameBackup(news)} has been proven since ${formatUtc(news.since)}: what was to restore it ended without an answer. Backups are still taken and kept; whether they can be restored is not known.`,
    `Why:\n${indent(news.error.split("\n"))}`,
    describeRestorable(news.restorableAsOf),
    `Put right what is in the way, then press Verify on its newest backup. Its policy: ${link(`/backups/policies/${news.policyId}`)}`,
    `You get one mail until a proof succeeds. ${BACKUP_READERS}`,
  ];
  return { subject: `Backups no longer proven: ${news.owner}, ${news.policy}`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner and the database administrators, once when proofs end without having proven anything. */
export const proofsStopped = defineNotice({
  template: "proofs-stopped",
  about: "says that backups are no longer proven",
  input: { policyId: z.guid(), since: z.iso.datetime() },
  read: (tx, { policyId, since }) => readProofsStoppedNews(tx, policyId, new Date(since)),
  render: renderStopped,
});
