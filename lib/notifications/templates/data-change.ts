import { z } from "zod";
import { TURNS } from "#lib/data-changes/constants.ts";
import { type DataChangeNews, readDataChangeNews } from "#lib/data-changes/queries/read-news.ts";
import { plural } from "#lib/platform/format.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function describeResult({ result }: DataChangeNews): string {
  if (result?.outcome === "committed") {
    const rows = result.statements.filter(({ verb }) => verb !== "SELECT").reduce((sum, one) => sum + one.rows, 0);
    return `It was carried out: ${plural(result.statements.length, "statement")}, ${plural(rows, "row")} changed, after a backup that was proven.`;
  }
  if (result?.outcome === "unknown")
    return "It is not known whether it was carried out: the panel was stopped while the database made it final. Ask the database.";
  return `Nothing was changed. ${result?.why ?? ""}`.trim();
}

function describeTurn(news: DataChangeNews): { subject: string; body: string } {
  const { turn, requestedBy, decidedBy, comment, expiresAt } = news;
  const said = comment ? `\n\n${decidedBy} wrote:\n${indent(comment.split("\n"))}` : "";
  switch (turn) {
    case "proposed":
      return {
        subject: "Approval wanted",
        body: `${requestedBy} proposes to change data and somebody else has to approve it by ${formatUtc(expiresAt)}.`,
      };
    case "approved":
      return {
        subject: "Approved",
        body: `${decidedBy} has approved it. A database administrator previews and carries it out by ${formatUtc(expiresAt)}.${said}`,
      };
    case "rejected":
      return { subject: "Rejected", body: `${decidedBy} has rejected it.${said}` };
    case "ended":
      return {
        subject: news.result?.outcome === "committed" ? "Carried out" : "Not carried out",
        body: `${describeResult(news)}\n\nIt closes with the database administrator's after-action report.`,
      };
    default:
      return { subject: "Closed", body: `${describeResult(news)}\n\nIts after-action report is written.` };
  }
}

function renderDataChange(news: DataChangeNews, { recipientName, link }: NoticeContext): Notice {
  const { subject, body } = describeTurn(news);
  const text = [
    `Hello ${recipientName},`,
    `Data change “${news.title}” of ${news.service} (${news.environment}):`,
    body,
    `Read it: ${link(`/data-changes/${news.id}`)}${news.runId === null ? "" : `\nIts run: ${link(`/runs/${news.runId}`)}`}`,
  ];
  return { subject: `${subject}: data change of ${news.service}, ${news.title}`, text: `${text.join("\n\n")}\n` };
}

/** At each turn of a data change, to who has to do something now and to whom it belongs. */
export const dataChange = defineNotice({
  template: "data-change",
  about: "says how a change of a service's data stands",
  input: { dataChangeId: z.guid(), turn: z.enum(TURNS) },
  read: (tx, { dataChangeId, turn }) => readDataChangeNews(tx, dataChangeId, turn),
  render: renderDataChange,
});
