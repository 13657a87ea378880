import { isSqlKind } from "#lib/backups/constants.ts";
import type { PolicyView } from "#lib/backups/types.ts";
import { formatSpan } from "#lib/platform/format.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { nameOwner, nameSource, SOURCE_WORDS } from "./words.ts";

/** What was set before it was refused: nothing is asked of a folder. */
const isAsked = ({ source: { kind }, verification: { smoke } }: PolicyView) =>
  isSqlKind(kind) || (kind === "panel" && smoke?.kind === "query");

/** A policy for those who may not change it. */
export function PolicyFacts({ policy }: { policy: PolicyView }) {
  const kept = Object.entries(policy.retention).filter(([, number]) => number > 0);
  const { restoreEach, cron, randomOlder, smoke } = policy.verification;
  const proofs = [
    restoreEach && "each one is restored and counted",
    cron && `the newest is restored again (${cron})`,
    cron && randomOlder && "and a random older one",
    smoke &&
      isAsked(policy) &&
      (smoke.kind === "query" ? "a query is asked of the copy" : `${smoke.path} of the app is asked`),
  ].filter(Boolean);
  return (
    <Card className="max-w-3xl">
      <CardHeader
        title="What it does"
        note="Its service’s owner, database administrators and administrators may change it."
      />
      <CardBody>
        <Facts>
          <Fact name="Of">
            {nameOwner(policy.service)}
            {policy.service ? ` · ${policy.environment}` : ""}
          </Fact>
          <Fact name="Source">
            {SOURCE_WORDS[policy.source.kind]}: <span className="break-all">{nameSource(policy.source)}</span>
          </Fact>
          <Fact name="Target">
            {policy.target.name}
            {policy.recipients.length > 0 ? ", encrypted" : ""}
          </Fact>
          <Fact name="When">
            {policy.scheduleWords ?? "Only by hand"}
            {policy.cron ? ` (${policy.timeZone})` : ""}
          </Fact>
          {policy.cron ? <Fact name="Overdue after">{formatSpan(policy.graceMinutes * 60_000)}</Fact> : null}
          <Fact name="Kept">{kept.map(([kind, number]) => `${kind} ${number}`).join(", ")}</Fact>
          <Fact name="Proven">{proofs.join("; ") || "read back and unpacked"}</Fact>
        </Facts>
      </CardBody>
    </Card>
  );
}
