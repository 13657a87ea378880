import type { Login } from "#lib/backups/engines/types.ts";
import { MARKER } from "#lib/databases/accounts/marker.ts";
import type { OpenDatabase } from "#lib/databases/open-database.ts";
import { plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { StatementCount } from "../schema/counts.ts";
import type { ReadStatement } from "../statements/read-statements.ts";
import { inTransaction, type Transaction } from "./run-transaction.ts";

async function runAll(transaction: Transaction, statements: readonly ReadStatement[], ctx: StepContext) {
  const counts: StatementCount[] = [];
  for (const [index, statement] of statements.entries()) {
    ctx.progress(`statement ${index + 1} of ${statements.length}`, index, statements.length);
    await ctx.guard();
    const count = await transaction.run(statement);
    counts.push(count);
    ctx.log.info(`Statement ${index + 1} (line ${count.line}, ${count.verb}): ${plural(count.rows, "row")}`);
  }
  return counts;
}

/** What the statements would touch. All of it is taken back. */
export const countOnly = (
  database: OpenDatabase,
  login: Login,
  statements: readonly ReadStatement[],
  ctx: StepContext,
): Promise<StatementCount[]> => inTransaction(database, login, (transaction) => runAll(transaction, statements, ctx));

/** Where the counts are not those of the preview, in words; null: they are. */
function compareCounts(before: readonly StatementCount[], now: readonly StatementCount[]): string | null {
  if (before.length !== now.length)
    return `The preview was of ${plural(before.length, "statement")}, not ${now.length}.`;
  const other = now.flatMap((count, index) => {
    const was = before[index]?.rows;
    return count.rows === was
      ? []
      : [
          `Statement ${index + 1} (line ${count.line}, ${count.verb}) touched ${plural(count.rows, "row")}, not ${was}.`,
        ];
  });
  return other.length === 0 ? null : other.join(" ");
}

interface CarryOut {
  id: string;
  statements: readonly ReadStatement[];
  expected: readonly StatementCount[];
  /** Called when everything is as it should be, right before it is made final. */
  beforeCommit(counts: StatementCount[]): Promise<void>;
}

/**
 * Runs the statements in one transaction that also notes that they were run. Two that do so at once wait for each other there,
 * and only one of them ever ends. Returns what differs from the preview, in which case nothing was changed.
 */
export const carryOut = (
  database: OpenDatabase,
  login: Login,
  { id, statements, expected, beforeCommit }: CarryOut,
  ctx: StepContext,
): Promise<{ counts: StatementCount[]; differs: string | null }> =>
  inTransaction(database, login, async (transaction) => {
    await transaction.query(`INSERT INTO ${MARKER} (id, counts) VALUES ('${id}', '')`);
    const counts = await runAll(transaction, statements, ctx);
    const differs = compareCounts(expected, counts);
    if (differs) return { counts, differs };
    const note = JSON.stringify(counts).replaceAll("'", "");
    await transaction.query(`UPDATE ${MARKER} SET counts = '${note}' WHERE id = '${id}'`);
    await beforeCommit(counts);
    await ctx.guard();
    await transaction.commit();
    return { counts, differs: null };
  });
