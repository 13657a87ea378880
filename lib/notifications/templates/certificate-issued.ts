import { z } from "zod";
import { type CertificateNews, readCertificateNews } from "#lib/certificates/queries/read-news.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function describeRenewal({ isCsr, autoRenew, renewAt }: CertificateNews): string {
  if (!autoRenew) return "It is not renewed by itself: that is switched off.";
  const when = renewAt ? ` around ${formatUtc(renewAt)}` : "";
  if (isCsr)
    return `The panel renews it by itself${when}, with the same certificate request; take the new chain from its page then.`;
  return `The panel renews it by itself${when}.`;
}

function renderCertificateIssued(news: CertificateNews, { recipientName, link, runUrl }: NoticeContext): Notice {
  const [first = ""] = news.names;
  const until = news.notAfter ? ` until ${formatUtc(news.notAfter)}` : "";
  const sections = [
    `Hello ${recipientName},`,
    `the certificate you asked for is there. It is from ${news.issuer ?? "the authority"} and valid${until}, for:\n${indent(news.names)}`,
    describeRenewal(news),
    `Download and instructions: ${link(`/domains/certificates/${news.id}`)}\nWhat was done, with its log: ${runUrl}`,
    "You get this mail because you asked for the certificate.",
  ];
  return { subject: `Certificate for ${first}`, text: `${sections.join("\n\n")}\n` };
}

/** To whoever asked for a certificate, when it is there. */
export const certificateIssued = defineNotice({
  template: "certificate-issued",
  about: "says that the certificate is there",
  input: { certificateId: z.guid() },
  read: (tx, { certificateId }) => readCertificateNews(tx, certificateId),
  render: renderCertificateIssued,
});
