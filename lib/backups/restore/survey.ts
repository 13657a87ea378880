import { AppError } from "#lib/platform/errors.ts";
import { formatCount, plural } from "#lib/platform/format.ts";
import type { StepContext, StepLog } from "#lib/steps/types.ts";
import { compareSurveys } from "../dump/compare-surveys.ts";
import { sumRows } from "../dump/counts.ts";
import type { RunProgram } from "../dump/place.ts";
import { openReadingSession } from "../dump/reading-session.ts";
import { type Survey, surveyTables } from "../dump/snapshot.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";

const SHOWN = 50;

/**
 * What a database holds now, while nobody writes to it: rows of each table, of those that are not transactional too, and checksums where a
 * restore gives the same.
 */
export async function surveyDatabase(
  run: RunProgram,
  engine: DatabaseEngine,
  login: Login,
  ctx: StepContext,
): Promise<Survey> {
  const session = await openReadingSession(run, engine, login, ctx.signal);
  try {
    const { outsideSnapshot: _told, ...survey } = await surveyTables(session, { engine, login, log: ctx.log });
    return survey;
  } finally {
    session.close();
  }
}

/** Only what a restore of these tables is expected to bring. */
export const narrowSurvey = ({ counts, checksums }: Survey, tables: readonly string[]): Survey => {
  if (tables.length === 0) return { counts, checksums };
  const pick = <T>(all: Record<string, T>) =>
    Object.fromEntries(Object.entries(all).filter(([table]) => tables.includes(table)));
  return { counts: pick(counts), checksums: pick(checksums) };
};

/** Into `log` goes what is not judged, for it was not counted in the dump's own snapshot. */
export function assertSame(expected: Survey, found: Survey, what: string, log?: StepLog): void {
  const { differences, told } = compareSurveys(expected, found);
  for (const line of told.slice(0, SHOWN))
    log?.warn(`${line}: not judged, for it was not counted in the dump's own snapshot`);
  if (differences.length === 0) return;
  throw new AppError({
    code: "backups.restored_differs",
    message: `${what} does not hold what it should: ${differences.length} differences.`,
    detail: differences.slice(0, SHOWN).join("\n"),
    retry: "retry",
  });
}

/** Of a database without tables. */
export const describeCollections = ({ counts }: Survey) =>
  `${plural(Object.keys(counts).length, "collection")}, ${formatCount(sumRows(counts))} documents`;

export const describeSurvey = ({ counts, checksums }: Survey) =>
  `${formatCount(Object.keys(counts).length)} tables, ${formatCount(sumRows(counts))} rows, ${formatCount(Object.keys(checksums).length)} checksums`;
