import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { queryAuthoritative, type ServerAnswer } from "#lib/integrations/dns/authoritative.ts";
import { queryResolvers } from "#lib/integrations/dns/resolvers.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { RecordType } from "../constants.ts";
import type { RecordAnswers } from "../types.ts";
import { findVisibleRecord } from "./get-record.ts";
import { readValues } from "./record-row.ts";

type Answer = RecordAnswers["authoritative"][number];

const ASK_MS = 2_500;

const toAnswer = ({ server, address, kind, values, ttl, error }: ServerAnswer): Answer => ({
  ...{ server, address, ttl },
  values: kind === "failed" ? null : values,
  problem: kind === "failed" ? (error ?? "no answer") : null,
});

/** A wildcard is asked for by a name that only it can answer. */
const askedName = (name: string) => name.replace(/^\*\./, "seaworthy-asks-for-any-name.");

async function askAuthoritative(name: string, type: RecordType, zone: string): Promise<Answer[]> {
  try {
    return (await queryAuthoritative(name, type, { zone, timeoutMs: ASK_MS })).map(toAnswer);
  } catch (error) {
    const problem = error instanceof AppError ? error.message : "The name servers could not be asked.";
    return [{ server: zone, address: "", values: null, ttl: null, problem }];
  }
}

/** What every name server of the zone answers now, and what some resolvers tell their users. Never fails for one of them. */
export async function getAnswers(actor: UserActor, id: string): Promise<RecordAnswers> {
  authorize(actor, "records.read");
  const row = await findVisibleRecord(db(), actor, id);
  const name = askedName(row.name);
  const type = row.type as RecordType;
  const [authoritative, resolvers] = await Promise.all([
    askAuthoritative(name, type, row.zone.name),
    queryResolvers(name, type, { resolvers: config().DNS_PROPAGATION_RESOLVERS, timeoutMs: ASK_MS }),
  ]);
  const isGone = row.state === "removed" || row.state === "removing";
  return {
    wanted: isGone ? null : { ttl: row.ttl, values: readValues(row.values) },
    authoritative,
    resolvers: resolvers.map(toAnswer),
    askedAt: new Date().toISOString(),
  };
}
