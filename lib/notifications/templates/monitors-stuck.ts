import { z } from "zod";
import { readStuckNews, type StuckNews } from "#lib/watching/queries/read-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc } from "./format.ts";

function renderStuck(news: StuckNews, { recipientName, link, runUrl }: NoticeContext): Notice {
  const sections = [
    `Hello ${recipientName},`,
    `the monitors of ${news.service} should have been at work again since ${formatUtc(news.since)}, and cannot be resumed. Until they are, nobody is told when it stops.`,
    news.error && `What they say: ${news.error}`,
    `Resume them there by hand, or put right what is in the way. The panel goes on trying.\nIts monitors: ${link(`/services/${news.service}/monitors`)}\nThis notice: ${runUrl}`,
    "You get one mail about it, because you own the service.",
  ];
  return {
    subject: `Monitors of ${news.service} are still paused`,
    text: `${sections.filter(Boolean).join("\n\n")}\n`,
    urgent: true,
  };
}

/** To the owner, once, when what was paused cannot be resumed for minutes. */
export const monitorsStuck = defineNotice({
  template: "monitors-stuck",
  about: "says that monitors stay paused",
  input: { windowId: z.guid() },
  read: (tx, { windowId }) => readStuckNews(tx, windowId),
  render: renderStuck,
});
