import type { Notice, NoticeContext, ServiceSummary } from "../types.ts";

/** To the owner, when what a run had made for a service was taken away again. */
export function renderServiceUndone(
  service: ServiceSummary,
  { recipientName, serviceUrl, runUrl }: NoticeContext,
): Notice {
  const sections = [
    `Hello ${recipientName},`,
    `What was made for ${service.name} has been taken away again. Nothing of it runs any more; its record and its logs stay in the panel.`,
    `The service: ${serviceUrl}\nWhat was done, with its log: ${runUrl}`,
    "You get this mail because you own the service.",
  ];
  return { subject: `${service.name} was taken down`, text: `${sections.join("\n\n")}\n` };
}
