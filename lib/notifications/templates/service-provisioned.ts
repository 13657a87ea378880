import { z } from "zod";
import { readServiceSummary } from "../queries.ts";
import type { Notice, NoticeContext, ServiceSummary } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { describeCertificate, describeRunning, formatUtc, indent } from "./format.ts";

function renderServiceProvisioned(service: ServiceSummary, context: NoticeContext): Notice {
  const { recipientName, link, runUrl, now } = context;
  const where = service.environments.length > 0 ? ` in ${service.environments.join(" and ")}` : "";
  const sections = [
    `Hello ${recipientName},`,
    `${service.name} is running${where}.`,
    service.running.length > 0 && `What runs where:\n${indent(service.running.map(describeRunning))}`,
    service.hostnames.length > 0 &&
      `Addresses:\n${indent(service.hostnames.map(({ name, https }) => `${https ? "https" : "http"}://${name}`))}`,
    service.certificates.length > 0 &&
      `Certificate:\n${indent(service.certificates.map((certificate) => describeCertificate(certificate, now)))}`,
    service.restorableAsOf
      ? `Backup:\n${indent([`Provably restorable as of ${formatUtc(service.restorableAsOf)}: it was restored and compared.`])}`
      : "Backup:\n  None has been proven yet.",
    `The service: ${link(`/services/${encodeURIComponent(service.name)}`)}\nWhat was done, with its log: ${runUrl}`,
    "You get this mail because you own the service.",
  ];
  return { subject: `${service.name} is running`, text: `${sections.filter(Boolean).join("\n\n")}\n` };
}

/** To the owner, when a service has gone from the wizard to running. */
export const serviceProvisioned = defineNotice({
  template: "service-provisioned",
  about: "says that the service runs",
  input: { serviceId: z.guid() },
  read: (tx, { serviceId }, { environment }) => readServiceSummary(tx, { serviceId, environment }),
  render: renderServiceProvisioned,
});
