import type { SqlKind } from "#lib/backups/constants.ts";
import type { ReviewEvidence } from "../approval/check-answers.ts";
import { type ReleaseContent, releaseTemplateSchema } from "../schema/content.ts";
import { lintMigration } from "../sql-lint/lint-migration.ts";
import { compareContents, type Difference, listInfrastructure, listNewMigrations } from "./compare-contents.ts";

export interface CollectedEvidence {
  differences: Difference[];
  evidence: ReviewEvidence;
  /** The release before cannot simply be started again once this one's migrations ran. */
  irreversible: boolean;
}

const say = ({ area, name, change, before, after }: Difference) =>
  `${area} ${name} ${change === "changed" ? `changes from ${before} to ${after}` : `is ${change}`}`;

/** What the migrations of a release with this template are run in; null: it has no database. */
export const engineOf = (template: unknown): SqlKind | null =>
  releaseTemplateSchema.safeParse(template).data?.database?.engine ?? null;

/** What is found by looking at a proposal, for the review form and for whoever approves it. */
export function collectEvidence(
  before: ReleaseContent | null,
  after: ReleaseContent,
  kind: SqlKind | null,
): CollectedEvidence {
  const differences = compareContents(before, after);
  const reports = listNewMigrations(before, after).map(({ id, sql }) => ({
    id,
    // Without a database they run nowhere.
    report: lintMigration(sql, kind ?? "mariadb"),
  }));
  const cite = (pick: (effect: string) => boolean) =>
    reports.flatMap(({ id, report }) =>
      report.findings
        .filter(({ effect }) => pick(effect))
        .map(({ line, text, why }) => `${id}, line ${line}: ${text} (${why})`),
    );
  const lostVolumes = before
    ? listInfrastructure(differences).filter(({ area, change }) => area === "mount" && change !== "added")
    : [];
  return {
    differences,
    evidence: {
      dataLoss: [
        ...cite((effect) => effect === "loses" || effect === "unknown"),
        ...lostVolumes.map((one) => `${say(one)}: what is in it is not seen any more`),
      ],
      schemaChange: cite((effect) => effect !== "unknown"),
      infrastructureChange: before ? listInfrastructure(differences).map(say) : [],
    },
    irreversible: reports.some(({ report }) => report.irreversible),
  };
}
