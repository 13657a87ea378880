import type { ReleaseContent } from "#lib/releases/schema/content.ts";
import type { EvidenceView } from "#lib/releases/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { MigrationText } from "./migration-text.tsx";
import { readFindings } from "./read-findings.ts";

interface LintCardProps {
  content: ReleaseContent;
  found: EvidenceView;
  isPast?: boolean;
}

/** The migrations that will run, each line that takes something away marked in its text. */
export function LintCard({ content, found: { differences, evidence, irreversible }, isPast = false }: LintCardProps) {
  const names = new Set(differences.filter(({ area }) => area === "migration").map(({ name }) => name));
  const migrations = content.migrations.filter(({ id }) => names.has(id));
  if (migrations.length === 0) return null;
  const findings = readFindings(evidence);
  return (
    <Card>
      <CardHeader
        title={`${migrations.length === 1 ? "One migration" : `${migrations.length} migrations`}${isPast ? "" : " will run"}`}
        note="After a backup was taken and proven, and before the tasks are replaced."
      />
      <CardBody className="grid grid-cols-1 gap-3">
        {irreversible && !isPast ? (
          <Callout tone="warning" title="There is no easy way back">
            Once these ran, the release before does not work with what they leave: neither an automatic nor a manual
            rollback brings it back without restoring a backup.
          </Callout>
        ) : null}
        {migrations.map((migration) => {
          const own = findings.filter((one) => one.migration === migration.id);
          const losses = own.filter(({ weight }) => weight === "loss").length;
          return (
            <details
              key={migration.id}
              open={own.length > 0}
              className="min-w-0 overflow-hidden rounded-md border border-line"
            >
              <summary className="px-3 py-1.5">
                <code className="break-all pr-2">{migration.id}</code>
                {losses > 0 ? (
                  <Badge tone="failed">
                    {losses === 1 ? "one line can lose data" : `${losses} lines can lose data`}
                  </Badge>
                ) : own.length > 0 ? (
                  <Badge tone="person">changes the schema</Badge>
                ) : (
                  <Badge>nothing destructive found</Badge>
                )}
              </summary>
              <MigrationText sql={migration.sql} findings={own} />
            </details>
          );
        })}
      </CardBody>
    </Card>
  );
}
