import { config } from "#lib/platform/config/config.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { runToEnd } from "../dump/place.ts";
import { storeText } from "../dump/store-part.ts";
import { findEngine } from "../engines/registry.ts";
import type { SourceJob, StoredSource } from "./source-job.ts";
import { storeSql } from "./store-sql.ts";

/** The panel's own database and, only where nobody but the holder of the identity can read them, the keys that open what is in it. */
export async function storePanel(job: SourceJob, ctx: StepContext): Promise<StoredSource> {
  const look = { argv: ["sh", "-c", "command -v mariadb-dump"] };
  const { exitCode } = await runToEnd(job.place.run, look, ctx.signal);
  const stored = await storeSql(findEngine(exitCode === 0 ? "mariadb" : "mysql"), job, ctx);
  if (job.target.recipients.length === 0) {
    ctx.log.warn("The policy does not encrypt, so the keys (ENCRYPTION_KEYS) are left out: keep them yourself");
    return stored;
  }
  const { ENCRYPTION_KEYS, SESSION_SECRET } = config();
  const keys = `${JSON.stringify({ ENCRYPTION_KEYS, SESSION_SECRET }, null, 2)}\n`;
  return { ...stored, parts: [...stored.parts, await storeText("keys", keys, job.target, ctx)] };
}
