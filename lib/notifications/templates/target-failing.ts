import { z } from "zod";
import { readTargetNews, type TargetNews } from "#lib/backups/queries/read-target-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function renderFailing(news: TargetNews, { recipientName, link }: NoticeContext): Notice {
  const { target, targetId, since, error, policies, points } = news;
  const sections = [
    `Hello ${recipientName},`,
    `the backup target ${target} has been failing since ${formatUtc(since)}. Until it works again, nothing is stored there and nothing in it can be restored. Policies that use it: ${policies}. Backups in it: ${points}.`,
    `Why:\n${indent(error.split("\n"))}`,
    `The target, and Check now: ${link(`/backups/targets/${targetId}`)}`,
    "You get one mail until it works again, because you look after databases or administer the panel.",
  ];
  return { subject: `Backup target failing: ${target}`, text: `${sections.join("\n\n")}\n` };
}

/** To the database administrators and administrators, once for each time a target turns failing. */
export const targetFailing = defineNotice({
  template: "target-failing",
  about: "says that a backup target is failing",
  input: { targetId: z.guid(), since: z.iso.datetime() },
  read: (tx, { targetId, since }) => readTargetNews(tx, targetId, new Date(since)),
  render: renderFailing,
});
