import { z } from "zod";
import { type PageNews, readPageNews } from "#lib/watching/queries/read-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc } from "./format.ts";

function renderPage(news: PageNews, { recipientName, link, runUrl }: NoticeContext): Notice {
  const { service, environment, url, expectedStatus, state, words, since } = news;
  const name = environment === "production" ? service : `${service} (${environment})`;
  const isDown = state === "down";
  const sections = [
    `Hello ${recipientName},`,
    isDown
      ? `${url} has not answered ${expectedStatus} since ${formatUtc(since)}. The last answer: ${words ?? "none"}.`
      : `${url} answers ${expectedStatus} again, since ${formatUtc(since)}.`,
    `What watches it: ${link(`/services/${service}/monitors`)}\nThis notice: ${runUrl}`,
    "You get this because you own the service: one mail when it stops and one when it is back.",
  ];
  return {
    subject: isDown ? `${name} is down` : `${name} is back`,
    text: `${sections.join("\n\n")}\n`,
    urgent: isDown,
  };
}

/** To the owner, when the panel's own probe finds a page down twice in a row, and when it is back. */
export const pageProbed = defineNotice({
  template: "page-probed",
  about: "says that a service's page stopped answering, or is back",
  input: { monitorId: z.guid(), state: z.enum(["up", "down"]) },
  read: (tx, { monitorId, state }) => readPageNews(tx, monitorId, state),
  render: renderPage,
});
