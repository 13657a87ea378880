import { z } from "zod";
import { countDaysLeft } from "#lib/certificates/format.ts";
import {
  type CertificateNews,
  type RunFailure,
  readCertificateNews,
  readRunFailure,
} from "#lib/certificates/queries/read-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

interface FailureNews {
  news: CertificateNews;
  failure: RunFailure | null;
  runId: number;
}

/** What is the matter, and how much time there is. */
function describeState({ state, notAfter, renewAt }: CertificateNews, now: Date): string {
  if (state !== "issued" || !notAfter) return "There is no certificate for these names yet.";
  if (notAfter <= now) return `The certificate expired on ${formatUtc(notAfter)}: browsers refuse it now.`;
  const days = countDaysLeft(notAfter, now);
  const left = days === 1 ? "1 day" : `${days} days`;
  const again = renewAt && renewAt > now ? ` The panel tries again by itself at ${formatUtc(renewAt)}.` : "";
  return `The certificate that is in use stays in use; it is valid until ${formatUtc(notAfter)} (${left}).${again}`;
}

function renderCertificateFailed({ news, failure, runId }: FailureNews, context: NoticeContext): Notice {
  const { recipientName, link, now } = context;
  const [first = ""] = news.names;
  const isRenewal = news.state === "issued";
  const reason = failure && [failure.message, failure.detail].filter(Boolean).join("\n").split("\n");
  const sections = [
    `Hello ${recipientName},`,
    `${isRenewal ? "the certificate could not be brought up to date" : "the certificate could not be had"}, for:\n${indent(news.names)}`,
    reason && `Why:\n${indent(reason)}`,
    failure?.advice && `What helps:\n${indent([failure.advice])}`,
    describeState(news, now),
    `The certificate: ${link(`/domains/certificates/${news.id}`)}\nWhat was done, with its log: ${link(`/runs/${runId}`)}`,
    "You get this mail because the certificate is yours.",
  ];
  const subject = isRenewal ? `Renewal failed: certificate for ${first}` : `No certificate for ${first}`;
  return { subject, text: `${sections.filter(Boolean).join("\n\n")}\n` };
}

/** To a certificate's owner, when an issue, a renewal or a delivery failed. */
export const certificateFailed = defineNotice({
  template: "certificate-failed",
  about: "says that the certificate could not be had",
  input: { certificateId: z.guid(), failedRunId: z.number().int() },
  async read(tx, { certificateId, failedRunId }) {
    const news = await readCertificateNews(tx, certificateId);
    return news && { news, failure: await readRunFailure(tx, failedRunId), runId: failedRunId };
  },
  render: renderCertificateFailed,
});
