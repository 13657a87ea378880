import { describeAnswers, queryAuthoritative, type ServerAnswer } from "#lib/integrations/dns/authoritative.ts";
import { findRecord, isPlain, isSameContent } from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import type { DnsRecordInput } from "../steps/record-input.ts";
import { describeRecord } from "../sync/describe-record.ts";
import type { Zone } from "../types.ts";

/** Compares what Route 53 holds and what every authoritative server answers with what the step made. */
export async function verifyRecord(
  zone: Zone,
  input: DnsRecordInput,
  accept: (answer: ServerAnswer) => boolean,
  { signal }: Pick<StepContext, "signal">,
): Promise<VerifyResult> {
  const { name, type } = input;
  const set = await findRecord(zone.providerZoneId, name, type, { signal });
  if (!set) return { ok: false, reason: `Route 53 has no ${type} record at ${name}.` };
  if (!isPlain(set) || !isSameContent(set, input))
    return {
      ok: false,
      reason: `Route 53 has ${describeRecord(set)}, not ${input.values.join(", ")} (TTL ${input.ttl}).`,
    };
  const answers = await queryAuthoritative(name, type, { zone: zone.name, signal });
  const wrong = answers.filter((answer) => !accept(answer));
  // A server that is silent says nothing about the record.
  if (wrong.length > 0 && wrong.every(({ kind }) => kind === "failed"))
    throw new AppError({
      code: "dns.no_answer",
      message: `Route 53 has ${describeRecord(set)}, and name servers were silent: ${describeAnswers(wrong)}.`,
      retry: "retry",
    });
  if (wrong.length > 0) return { ok: false, reason: `Not every name server answers it: ${describeAnswers(wrong)}.` };
  return {
    ok: true,
    reason: `Route 53 has ${describeRecord(set)}, and ${answers.length === 1 ? "the name server answers" : `all ${answers.length} name servers answer`} it.`,
  };
}
