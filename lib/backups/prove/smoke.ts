import type { StepContext } from "#lib/steps/types.ts";
import { SqlSession } from "../dump/sql-session.ts";
import type { DatabaseEngine } from "../engines/types.ts";
import { Disproved } from "./disproved.ts";
import type { Findings, ProofJob } from "./proof-job.ts";
import type { Scratch } from "./scratch.ts";
import type { ScratchOptions } from "./scratch-container.ts";
import { askApp, prepareApp } from "./smoke-app.ts";

/** What a check of the app needs of the throw-away server before that is made. */
export interface SmokeStage {
  container: Pick<ScratchOptions, "hosts" | "mounts">;
  /** Makes what stands beside the server, and takes it away afterwards. */
  around<T>(work: () => Promise<T>): Promise<T>;
}

const NOTHING: SmokeStage = { container: {}, around: (work) => work() };

export const prepareSmoke = (job: ProofJob, ctx: StepContext): SmokeStage =>
  job.smoke?.kind === "http" ? prepareApp(job, ctx) : NOTHING;

/** Asks the restored data what its policy wants asked. */
export async function checkSmoke(
  job: ProofJob,
  scratch: Scratch,
  engine: DatabaseEngine,
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const { smoke } = job;
  if (smoke?.kind === "query") await askQuery(smoke, scratch, engine, findings, ctx);
  if (smoke?.kind === "http") await askApp(job, smoke, scratch, findings, ctx);
}

async function askQuery(
  { sql, expect }: { sql: string; expect: string },
  scratch: Scratch,
  engine: DatabaseEngine,
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const began = performance.now();
  // As the account that may fill this one database: a statement somebody typed is run by no administrator, not even here.
  const session = await SqlSession.open(scratch.run, engine, scratch.restorer, ctx.signal);
  const statement = sql.replace(/[;\s]+$/, "");
  const rows = await session
    .query(statement)
    .catch((error: unknown) => {
      ctx.signal.throwIfAborted();
      throw new Disproved("smoke", "the statement was refused", {
        detail: error instanceof Error && "detail" in error ? String(error.detail) : "",
        details: { statement },
      });
    })
    .finally(() => session.close());
  const [first] = rows;
  const value = first?.split("\t")[0];
  // Everybody reads the report, and not everybody what the database holds.
  const answer = value === undefined ? "none" : expect === "" ? "some" : value === expect ? "equal" : "other";
  const details = { statement, answer };
  if (answer === "none") throw new Disproved("smoke", "the statement gave no row", { details });
  if (answer === "other")
    throw new Disproved("smoke", "the statement gave another value than its policy expects", { details });
  const said = answer === "equal" ? "The statement gave what its policy expects." : "The statement gave a row.";
  findings.good("smoke", said, performance.now() - began, details);
}
