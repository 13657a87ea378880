import { z } from "zod";
import { readServed, type ServedNotice } from "#lib/certificates/queries/read-served.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc } from "./format.ts";

const SUBJECTS: Record<string, (hostname: string) => string> = {
  other: (hostname) => `${hostname} serves another certificate`,
  expired: (hostname) => `${hostname} serves a certificate that has expired`,
  untrusted: (hostname) => `${hostname} serves a certificate that browsers refuse`,
  unreachable: (hostname) => `${hostname} does not answer with HTTPS`,
  right: (hostname) => `${hostname} serves its certificate again`,
};

const ADVICE: Record<string, string> = {
  other:
    "Something else answers at that address, or the place that serves it has not taken up the renewed certificate. Bring it there once more from the certificate's page.",
  expired:
    "The panel's own certificate is newer or is being renewed. Bring it there once more from the certificate's page.",
  untrusted: "Check that the full chain is served and not the certificate alone.",
  right: "It did not for a while; there is nothing to do.",
  unreachable: "Check the service, the reverse proxy in front of it, and the firewall.",
};

function renderServed(served: ServedNotice, { recipientName, link, runUrl }: NoticeContext): Notice {
  const title = (SUBJECTS[served.state] ?? SUBJECTS.unreachable)?.(served.hostname) ?? served.hostname;
  const sections = [
    `Hello ${recipientName},`,
    `${title}, since ${formatUtc(served.since)}. ${served.problem ?? ""}`.trim(),
    `Seen at ${served.address || "no address"}. ${ADVICE[served.state] ?? ""}`.trim(),
    `The certificate: ${link(`/domains/certificates/${served.certificateId}`)}\nThis notice: ${runUrl}`,
    "You get one mail about it, because you own it. When it is right again, its page says so.",
  ];
  return { subject: title, text: `${sections.join("\n\n")}\n` };
}

/** To the owner, when a host name has not served the certificate it should, twice in a row. */
export const certificateServed = defineNotice({
  template: "certificate-served",
  about: "says what a host name serves instead of its certificate",
  input: { certificateId: z.guid(), hostname: z.string().min(1).max(255) },
  read: (tx, { hostname }) => readServed(tx, hostname),
  render: renderServed,
});
