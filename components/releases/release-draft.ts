import type { Migration } from "#lib/releases/schema/content.ts";
import type { NewRelease } from "#lib/releases/schema/release.ts";
import type { ReleaseView } from "#lib/releases/types.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { readLines } from "../backups/find-problems.ts";
import { draftHealth, type HealthDraft, healthOf } from "./health-draft.ts";

/** A migration as the form holds it. */
export interface MigrationDraft extends Migration {
  /** Came with the release before: shown folded. */
  isEarlier: boolean;
}

interface VolumeDraft {
  name: string;
  target: string;
  readOnly: boolean;
}

/** A new release as it is typed. */
export interface ReleaseDraft {
  image: string;
  notes: string;
  commitId: string;
  sourceUrl: string;
  branch: string;
  migrations: MigrationDraft[];
  /** It is given other secrets or volumes than the release before. */
  changesStack: boolean;
  /** Files of secrets besides the database's, one a line. */
  secrets: string;
  volumes: VolumeDraft[];
  /** It is asked another way than the release before whether it is well. */
  changesHealth: boolean;
  health: HealthDraft;
}

const isOfDatabase = (name: string) => (DATABASE_SECRETS as readonly string[]).includes(name);

/**
 * What the form begins with: the image and the migrations of the release before. Migrations are kept because where the release
 * goes some of them may not have run yet, when releases between were left out.
 */
export const draftAfter = (last: ReleaseView | null): ReleaseDraft => ({
  image: last?.image ?? "",
  notes: "",
  commitId: "",
  sourceUrl: last?.sourceUrl?.replace(/\/(-\/)?(commit|tree)\/.*$/, "") ?? "",
  branch: last?.branch ?? "",
  migrations: (last?.migrationTexts ?? []).map((migration) => ({ ...migration, isEarlier: true })),
  changesStack: false,
  secrets: (last?.template.secrets ?? []).filter((name) => !isOfDatabase(name)).join("\n"),
  volumes: (last?.template.mounts ?? [])
    .filter(({ kind }) => kind === "volume")
    .map(({ source, target, readOnly }) => ({ name: source, target, readOnly })),
  changesHealth: false,
  health: draftHealth(last?.template.healthCheck),
});

export const blankVolume = (): VolumeDraft => ({ name: "", target: "", readOnly: false });
export const blankMigration = (): MigrationDraft => ({ id: "", sql: "", isEarlier: false });

const orNull = (text: string) => text.trim() || null;

/** The same as the API takes it. */
export const releaseOf = (draft: ReleaseDraft): NewRelease => ({
  image: draft.image.trim(),
  migrations: draft.migrations.map(({ id, sql }) => ({ id: id.trim(), sql })),
  stack: {
    ...(draft.changesStack ? { secrets: readLines(draft.secrets), volumes: draft.volumes } : {}),
    ...(draft.changesHealth ? { healthCheck: healthOf(draft.health) } : {}),
  },
  commitId: orNull(draft.commitId)?.toLowerCase() ?? null,
  sourceUrl: orNull(draft.sourceUrl),
  branch: orNull(draft.branch),
  notes: draft.notes.trim(),
});

/** What is wrong with the migrations as a list: names must be one each. By the API's field names. */
export function findMigrationProblems(migrations: readonly Migration[]): Record<string, string> {
  const fields: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [index, { id, sql }] of migrations.entries()) {
    const name = id.trim();
    if (!name) fields[`migrations.${index}.id`] = "Give it a name: it runs once under it.";
    else if (seen.has(name)) fields[`migrations.${index}.id`] = "Another migration has this name.";
    else if (!sql.trim()) fields[`migrations.${index}.sql`] = "There is nothing in it.";
    seen.add(name);
  }
  return fields;
}

/** Files that somebody chose, in the order of their names, after those that are there; one of the same name is replaced. */
export function addFiles(present: readonly MigrationDraft[], files: readonly { name: string; text: string }[]) {
  const added = files
    .map(({ name, text }) => ({ id: name.replace(/\.sql$/i, ""), sql: text, isEarlier: false }))
    .sort((one, other) => one.id.localeCompare(other.id, "en", { numeric: true }));
  const names = new Set(added.map(({ id }) => id));
  return [...present.filter(({ id }) => !names.has(id)), ...added];
}
