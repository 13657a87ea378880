import { z } from "zod";
import { plural } from "#lib/platform/format.ts";
import { NEWS_MAX } from "#lib/ticks/constants.ts";
import { readTickNews, type TickNews } from "#lib/ticks/queries/read-tick-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

const describeTick = ({ environment, title, since, reason }: TickNews) =>
  `${title} (${environment}), since ${formatUtc(since)}\n  ${reason}`;

/** Each service once, with its ticks and its page. */
function listByService(news: readonly TickNews[], link: NoticeContext["link"]): string {
  return [...Map.groupBy(news, ({ service }) => service)]
    .map(([service, ticks]) => {
      const lines = ticks.flatMap((tick) => describeTick(tick).split("\n"));
      return `${service}: ${link(`/services/${service}/checklist`)}\n${indent(lines)}`;
    })
    .join("\n\n");
}

function nameAll(news: readonly TickNews[]): string {
  const services = [...new Set(news.map(({ service }) => service))];
  return services.length === 1 ? `${services[0]}` : plural(services.length, "service");
}

function renderTicksChanged(news: TickNews[], { recipientName, link }: NoticeContext): Notice {
  const wrong = news.filter(({ state }) => state === "false");
  const right = news.filter(({ state }) => state === "true");
  const sections = [
    `Hello ${recipientName},`,
    wrong.length > 0 &&
      `the panel looks again and again at what the checklists of live services say. ${wrong.length === 1 ? "This is" : "These are"} no longer so:\n\n${listByService(wrong, link)}`,
    right.length > 0 && `${wrong.length > 0 ? "So" : "so"} again:\n\n${listByService(right, link)}`,
    wrong.length > 0 && "An item ticks itself again once it is so again; you will hear of that too.",
    `All services: ${link("/checklists")}`,
  ];
  const about = wrong.length > 0 ? wrong : right;
  const services = [...new Set(news.map(({ service }) => service))];
  const what = about.length === 1 ? about[0]?.title : plural(about.length, "item");
  return {
    subject: `${wrong.length > 0 ? "No longer so" : "So again"} at ${nameAll(about)}: ${what}`.slice(0, 200),
    text: `${sections.filter(Boolean).join("\n\n")}\n`,
    urgent: wrong.length > 0,
    page: link(services.length === 1 ? `/services/${services[0]}/checklist` : "/checklists"),
  };
}

/** To the owner, when items of live services stop being so or are so again; several at once are one mail. */
export const ticksChanged = defineNotice({
  template: "ticks-changed",
  about: "says which items of a checklist are no longer so, or are so again",
  input: { ticks: z.array(z.string().max(200)).min(1).max(NEWS_MAX) },
  async read(tx, { ticks }) {
    const news = await readTickNews(tx, ticks);
    return news.length > 0 ? news : null;
  },
  render: renderTicksChanged,
});
