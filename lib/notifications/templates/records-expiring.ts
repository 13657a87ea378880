import { z } from "zod";
import { type ExpiringRecord, readExpiring } from "#lib/dns/queries/read-expiring.ts";
import { plural } from "#lib/platform/format.ts";
import type { Notice, NoticeContext } from "../types.ts";
import { defineNotice } from "./define-notice.ts";
import { formatUtc, indent } from "./format.ts";

const DAY_MS = 86_400_000;

/** A record renewed since has nothing to be said about any more. */
const isNear = ({ expiresAt }: ExpiringRecord, now: Date) => expiresAt.getTime() - now.getTime() <= 31 * DAY_MS;

/** `in 7 days`, begun days counted. */
function describeDays(until: Date, now: Date): string {
  const days = Math.ceil((until.getTime() - now.getTime()) / DAY_MS);
  return days <= 0 ? "today" : days === 1 ? "within a day" : `in ${days} days`;
}

function renderRecordsExpiring(records: ExpiringRecord[], { recipientName, link, now }: NoticeContext): Notice {
  const [first] = records;
  const soonest = first ? describeDays(first.expiresAt, now) : "soon";
  const many = records.length > 1;
  const lines = records.map(
    ({ id, name, type, expiresAt }) =>
      `${type} ${name}: ${describeDays(expiresAt, now)} (${formatUtc(expiresAt)})\n  ${link(`/domains/records/${id}`)}`,
  );
  const sections = [
    `Hello ${recipientName},`,
    `${many ? `${records.length} DNS records of yours end` : "a DNS record of yours ends"} unless you renew ${many ? "them" : "it"}:`,
    indent(lines.join("\n").split("\n")),
    "One click on the record's page renews it. What nobody renews is taken out of DNS, and can be restored for some time.",
    "You get this mail because the records are under your name.",
  ];
  return {
    subject: `${many ? plural(records.length, "DNS record") : (first?.name ?? "A DNS record")} ends ${soonest}`.replace(
      /records ends/,
      "records end",
    ),
    text: `${sections.join("\n\n")}\n`,
  };
}

/** To the owner, 30, 7 and 1 days before. */
export const recordsExpiring = defineNotice({
  template: "records-expiring",
  about: "reminds of records that end soon",
  input: { recordIds: z.array(z.guid()).min(1).max(1_000) },
  async read(tx, { recordIds }) {
    const records = (await readExpiring(tx, recordIds, "there")).filter((record) => isNear(record, new Date()));
    return records.length > 0 ? records : null;
  },
  render: renderRecordsExpiring,
});
