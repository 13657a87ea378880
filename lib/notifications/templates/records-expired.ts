import { z } from "zod";
import { type ExpiringRecord, readExpiring } from "#lib/dns/queries/read-expiring.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

function renderRecordsExpired(records: ExpiringRecord[], { recipientName, link }: NoticeContext): Notice {
  const [first] = records;
  const many = records.length > 1;
  const lines = records.flatMap(({ id, name, type, restorableUntil }) => [
    `${type} ${name}${restorableUntil ? `, can be restored until ${formatUtc(restorableUntil)}` : ""}`,
    `  ${link(`/domains/records/${id}`)}`,
  ]);
  const sections = [
    `Hello ${recipientName},`,
    `${many ? `${records.length} DNS records of yours have` : "a DNS record of yours has"} ended and ${many ? "are" : "is"} taken out of DNS:`,
    indent(lines),
    "Until then the names stay yours. Restored records stay for another lifetime.",
    "You get this mail because the records were under your name.",
  ];
  return {
    subject: many ? `${records.length} DNS records have ended` : `${first?.name ?? "A DNS record"} has ended`,
    text: `${sections.join("\n\n")}\n`,
  };
}

/** To the owner, when records were taken out because nobody renewed them. */
export const recordsExpired = defineNotice({
  template: "records-expired",
  about: "says which records have ended",
  input: { recordIds: z.array(z.guid()).min(1).max(1_000) },
  async read(tx, { recordIds }) {
    const records = await readExpiring(tx, recordIds, "gone");
    return records.length > 0 ? records : null;
  },
  render: renderRecordsExpired,
});
