import { z } from "zod";
import { readServiceSummary } from "../queries.ts";
import type { Notice, NoticeContext, ServiceSummary } from "../types.ts";
import { defineNotice } from "./define-notice.ts";

function renderServiceUndone(service: ServiceSummary, { recipientName, link, runUrl }: NoticeContext): Notice {
  const sections = [
    `Hello ${recipientName},`,
    `What was made for ${service.name} has been taken away again. Nothing of it runs any more; its record and its logs stay in the panel.`,
    `The service: ${link(`/services/${encodeURIComponent(service.name)}`)}\nWhat was done, with its log: ${runUrl}`,
    "You get this mail because you own the service.",
  ];
  return { subject: `${service.name} was taken down`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner, when what a run had made for a service was taken away again. */
export const serviceUndone = defineNotice({
  template: "service-undone",
  about: "says that the service is gone",
  input: { serviceId: z.guid() },
  read: (tx, { serviceId }, { environment }) => readServiceSummary(tx, { serviceId, environment }),
  render: renderServiceUndone,
});
