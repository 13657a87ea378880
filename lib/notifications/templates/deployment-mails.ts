import { z } from "zod";
import { plural } from "#lib/platform/format.ts";
import type { DeploymentNewsKind } from "#lib/releases/constants.ts";
import { type DeploymentNews, readDeploymentNews } from "#lib/releases/queries/read-deployment-news.ts";
import type { NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

const CHANGES_SHOWN = 20;

interface Words {
  about: string;
  subject(news: DeploymentNews): string;
  /** The first sentence, and what the reader may have to do. */
  lead(news: DeploymentNews, context: NoticeContext): string;
  /** Whether the difference is worth its lines. */
  details?: boolean;
  urgent?: boolean | ((news: DeploymentNews) => boolean);
  /** Whether there is still something to say. */
  holds?: (news: DeploymentNews) => boolean;
}

const what = ({ release, serviceName, environment }: DeploymentNews) =>
  `release ${release} of ${serviceName} to ${environment}`;
const short = ({ serviceName, release, environment }: DeploymentNews) =>
  `${serviceName} release ${release} → ${environment}`;
const quote = (text: string) => indent(text.split("\n"));

/** What was found or answered, so that nobody has to open a page to know how careful to be. */
function describeRisks(news: DeploymentNews): string {
  const risks = [
    news.dataLoss && "may lose data",
    news.schemaChange && "changes the database's schema",
    news.infrastructureChange && "changes infrastructure",
    news.irreversible && "cannot simply be taken back",
    news.byHand && "has steps that are done by hand",
  ].filter(Boolean);
  return risks.length > 0 ? `It ${risks.join(", ")}.` : "Nothing was found that loses data or changes infrastructure.";
}

function describeChanges({ changes }: DeploymentNews): string {
  if (changes.length === 0) return "It changes nothing of what is configured.";
  const more = changes.length - CHANGES_SHOWN;
  return `What changes:\n${indent([...changes.slice(0, CHANGES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])])}`;
}

const describeVotes = ({ votes }: DeploymentNews) =>
  votes
    .map(({ name, by, decision, comment }) => {
      const lent = by === name ? "" : ` (given by ${by})`;
      return `${name}${lent}: ${decision === "approve" ? "yes" : "no"}${comment ? `, “${comment}”` : ""}`;
    })
    .join("\n");

const ENDS: Partial<Record<DeploymentNews["state"], string>> = {
  done: "runs now",
  failed: "failed",
  rolled_back: "failed, and what ran before runs again",
  cancelled: "was cancelled before anything was touched",
};

const WORDS: Record<DeploymentNewsKind, Words> = {
  proposed: {
    about: "asks for approval",
    subject: (news) => `Approval wanted: ${short(news)}`,
    lead: (news, { link }) =>
      `${news.askedBy} asks to bring ${what(news)}. It needs ${plural(news.needed, "approval")} by ${formatUtc(news.expiresAt)}.\n\nRead it and decide: ${link(`/deployments/${news.id}`)}\n(The link only opens the page; nothing is decided by following it.)`,
    details: true,
    holds: ({ state }) => state === "proposed",
  },
  approved: {
    about: "says that it is approved",
    subject: (news) => `Approved: ${short(news)}`,
    lead: (news) =>
      `${what(news)} is approved. ${news.startAt ? `It starts at ${formatUtc(news.startAt)}` : "It starts as soon as the calendar allows"}, unless something of it or of ${news.environment} changes before; unused it expires at ${formatUtc(news.expiresAt)}.`,
  },
  rejected: {
    about: "says that it was rejected",
    subject: (news) => `Rejected: ${short(news)}`,
    lead: (news) =>
      `${what(news)} was rejected.\n\n${quote(news.outcome ?? "")}\n\nIt can be proposed again from its page.`,
  },
  void: {
    about: "says that an approval is void",
    subject: (news) => `Void: ${short(news)}`,
    lead: (news) =>
      `what was proposed is not what would happen any more, so nothing of it is done: ${what(news)}.\n\n${quote(news.outcome ?? "")}\n\nLook at the difference as it is now, and propose it again from its page.`,
  },
  superseded: {
    about: "says that a newer release overtook it",
    subject: (news) => `Superseded: ${short(news)}`,
    lead: (news) => `${what(news)} will not be started.\n\n${quote(news.outcome ?? "")}`,
  },
  expired: {
    about: "says that it expired",
    subject: (news) => `Expired: ${short(news)}`,
    lead: (news) =>
      `${what(news)} has expired.\n\n${quote(news.outcome ?? "")}\n\nIt can be proposed again from its page.`,
  },
  started: {
    about: "says that it has begun",
    subject: (news) => `Started: ${short(news)}`,
    lead: (news, { link }) => `${what(news)} has begun.${news.runId ? ` Its log: ${link(`/runs/${news.runId}`)}` : ""}`,
  },
  finished: {
    about: "says how it ended",
    subject: (news) => `${news.state === "done" ? "Done" : "FAILED"}: ${short(news)}`,
    lead: (news, { link }) =>
      `${what(news)} ${ENDS[news.state] ?? "has ended"}.${news.outcome ? `\n\n${quote(news.outcome)}` : ""}${news.runId ? `\n\nIts log: ${link(`/runs/${news.runId}`)}` : ""}`,
    urgent: ({ state }) => state !== "done",
  },
  "broke-glass": {
    about: "says that somebody released without approval",
    subject: (news) => `BREAK-GLASS: ${news.askedBy} releases ${short(news)} WITHOUT APPROVAL`,
    lead: (news) =>
      `${news.askedBy} brings ${what(news)} WITHOUT APPROVAL, past freezes and windows. The reason given:\n\n${quote(news.reason ?? "")}\n\nSomebody else has to look at it${news.reviewDueAt ? ` by ${formatUtc(news.reviewDueAt)}` : ""}.`,
    details: true,
    urgent: true,
  },
  "rolled-back-by-hand": {
    about: "says that somebody goes back to an earlier release",
    subject: (news) => `Going back: ${short(news)}`,
    lead: (news) =>
      `${news.askedBy} brings back ${what(news)}, with the settings and secrets of then. The reason given:\n\n${quote(news.reason ?? "")}`,
    details: true,
    urgent: true,
  },
  "review-overdue": {
    about: "reminds of a review that is overdue",
    subject: (news) => `REVIEW OVERDUE: ${short(news)}, released without approval`,
    lead: (news) =>
      `${news.askedBy} brought ${what(news)} without approval, and nobody else has looked at it${news.reviewDueAt ? `, though that was due by ${formatUtc(news.reviewDueAt)}` : ""}. The reason given then:\n\n${quote(news.reason ?? "")}`,
    urgent: true,
    holds: ({ reviewed }) => !reviewed,
  },
};

function defineDeploymentNotice(kind: DeploymentNewsKind) {
  const words = WORDS[kind];
  return defineNotice({
    template: `deployment-${kind}`,
    about: words.about,
    input: { deploymentId: z.guid() },
    async read(tx, { deploymentId }): Promise<DeploymentNews | null> {
      const news = await readDeploymentNews(tx, deploymentId);
      return news && (words.holds?.(news) ?? true) ? news : null;
    },
    render(news: DeploymentNews, context) {
      const votes = describeVotes(news);
      const sections = [
        `Hello ${context.recipientName},`,
        words.lead(news, context),
        words.details && describeRisks(news),
        words.details && describeChanges(news),
        words.details && news.byHand && `By hand:\n${quote(news.byHand)}`,
        words.details && news.notes && `Notes of the release:\n${quote(news.notes.slice(0, 2_000))}`,
        votes && `Votes:\n${quote(votes)}`,
        `All about it: ${context.link(`/deployments/${news.id}`)}`,
        "You get this mail because you asked for it, answer for it, or may decide on it.",
      ];
      const urgent = typeof words.urgent === "function" ? words.urgent(news) : words.urgent;
      return {
        subject: words.subject(news),
        page: context.link(`/deployments/${news.id}`),
        text: `${sections.filter(Boolean).join("\n\n")}\n`,
        ...(urgent ? { urgent } : {}),
      };
    },
  });
}

/** A mail for each turn of a deployment. */
export const DEPLOYMENT_NOTICES = [
  defineDeploymentNotice("proposed"),
  defineDeploymentNotice("approved"),
  defineDeploymentNotice("rejected"),
  defineDeploymentNotice("void"),
  defineDeploymentNotice("superseded"),
  defineDeploymentNotice("expired"),
  defineDeploymentNotice("started"),
  defineDeploymentNotice("finished"),
  defineDeploymentNotice("broke-glass"),
  defineDeploymentNotice("rolled-back-by-hand"),
  defineDeploymentNotice("review-overdue"),
] as const;
