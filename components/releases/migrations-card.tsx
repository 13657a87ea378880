import type { Migration } from "#lib/releases/schema/content.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { MigrationText } from "./migration-text.tsx";

/** Every migration a release carries, each with its text. */
export function MigrationsCard({ migrations }: { migrations: readonly Migration[] }) {
  if (migrations.length === 0) return null;
  return (
    <Card>
      <CardHeader
        title={migrations.length === 1 ? "One migration" : `${migrations.length} migrations`}
        note="In this order, before the tasks are replaced; one that ran in an environment already is left out there."
      />
      <CardBody className="grid grid-cols-1 gap-2">
        {migrations.map((migration, index) => (
          <div key={migration.id} className="relative min-w-0 overflow-hidden rounded-md border border-line">
            <details open={migrations.length === 1}>
              <summary className="flex items-center gap-2 py-1.5 pr-12 pl-3">
                <span className="text-muted tabular-nums">{index + 1}</span>
                <code className="min-w-0 flex-1 truncate" title={migration.id}>
                  {migration.id}
                </code>
              </summary>
              <MigrationText sql={migration.sql} findings={[]} />
            </details>
            {/* Beside what opens it, not in it: a button in a button is found by nobody's screen reader. */}
            <span className="absolute top-1 right-1.5">
              <CopyButton text={migration.sql} label={`Copy ${migration.id}`} />
            </span>
          </div>
        ))}
      </CardBody>
    </Card>
  );
}
