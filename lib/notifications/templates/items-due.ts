import { z } from "zod";
import { ITEM_TURNS, type ItemTurn } from "#lib/items/constants.ts";
import { type ItemNews, readItemNews } from "#lib/items/queries/read-news.ts";
import { plural } from "#lib/platform/format.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

const SUBJECTS: Record<ItemTurn, (what: string, many: boolean) => string> = {
  asked: (what) => `Your word is asked for: ${what}`,
  due: (what, many) => `${what} ${many ? "are" : "is"} due`,
  escalated: (what, many) => `Nobody has done ${many ? what : `“${what}”`}`,
};

const OPENINGS: Record<ItemTurn, (many: boolean) => string> = {
  asked: (many) => `${many ? "These items go" : "This item goes"} on only with your word:`,
  due: (many) => `${many ? "These items are" : "This item is"} due, and you are who has ${many ? "them" : "it"}:`,
  escalated: (many) =>
    `${many ? "These items were" : "This item was"} due, who has ${many ? "them" : "it"} was reminded a day ago, and nothing has happened:`,
};

function describeItem(item: ItemNews, link: NoticeContext["link"]): string {
  const { title, service, runTitle, dueBy, claimedBy, waived } = item;
  const facts = [
    waived === null ? null : `open again: the waiver has ended (“${waived}”)`,
    waived === null && dueBy ? `due ${formatUtc(dueBy)}` : null,
    claimedBy ? `taken by ${claimedBy}` : "taken by nobody",
  ].filter(Boolean);
  return [
    title,
    `  ${service ? `${service}: ` : ""}${runTitle}`,
    `  ${facts.join(", ")}`,
    `  ${link(`/runs/${item.runId}#${encodeURIComponent(item.key)}`)}`,
  ].join("\n");
}

function renderItemsDue({ turn, items }: { turn: ItemTurn; items: ItemNews[] }, context: NoticeContext): Notice {
  const many = items.length > 1;
  const what = many ? plural(items.length, "item") : (items[0]?.title ?? "An item");
  const sections = [
    `Hello ${context.recipientName},`,
    OPENINGS[turn](many),
    indent(
      items
        .map((item) => describeItem(item, context.link))
        .join("\n")
        .split("\n"),
    ),
    `All that is open: ${context.link("/checklists/items")}`,
  ];
  return {
    subject: SUBJECTS[turn](what, many),
    text: `${sections.join("\n\n")}\n`,
    page: context.link("/checklists/items"),
  };
}

/** To who has the items, whose word they are, or a manager. */
export const itemsDue = defineNotice({
  template: "items-due",
  about: "says which items of checklists wait for somebody",
  input: { turn: z.enum(ITEM_TURNS), stepIds: z.array(z.number().int().positive()).min(1).max(1_000) },
  async read(tx, { turn, stepIds }) {
    const items = await readItemNews(tx, stepIds);
    return items.length > 0 ? { turn, items } : null;
  },
  render: renderItemsDue,
});
