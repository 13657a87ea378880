import { z } from "zod";
import { readRemains } from "#lib/decommission/queries/read-remains.ts";
import { formatBytes } from "#lib/platform/format.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";

type Remains = NonNullable<Awaited<ReturnType<typeof readRemains>>>;

function renderServiceRetired(
  { name, archives, backups, moreBackups, kept }: Remains,
  { recipientName, link, runUrl }: NoticeContext,
): Notice {
  const left = [
    ...archives.map((one) => `The archive ${one.path}, ${formatBytes(one.sizeBytes)}, SHA-256 ${one.sha256}`),
    ...backups.map(
      (one) => `The backup ${one.key}${one.isProven ? ", proven by restoring it" : ", not proven by restoring it"}`,
    ),
    ...(moreBackups > 0 ? [`${moreBackups} older backups`] : []),
    ...kept.map((one) => `The ${one.kind} ${one.name}, kept as was chosen`),
  ];
  const sections = [
    `Hello ${recipientName},`,
    `${name} is decommissioned. Nothing of it runs any more: everything the panel had made for it was taken away and proven gone.`,
    left.length === 0 ? "Nothing of it is left." : `What is left:\n${left.map((one) => `- ${one}`).join("\n")}`,
    `The service: ${link(`/services/${encodeURIComponent(name)}/decommission`)}\nWhat was done, with its log: ${runUrl}`,
    "You get this mail because you own the service.",
  ];
  return { subject: `${name} is decommissioned`, text: `${sections.join("\n\n")}\n` };
}

/** To the owner, when a service was taken down for good. */
export const serviceRetired = defineNotice({
  template: "service-retired",
  about: "says what is left of the service",
  input: { serviceId: z.guid() },
  read: (tx, { serviceId }) => readRemains(tx, serviceId),
  render: renderServiceRetired,
});
