import type { StepContext } from "#lib/steps/types.ts";
import { withFlags } from "../dump/dump-argv.ts";
import { formatOf } from "../dump/formats.ts";
import { countAhead } from "../dump/pace.ts";
import { openSnapshot } from "../dump/snapshot.ts";
import { storePart } from "../dump/store-part.ts";
import type { DatabaseEngine } from "../engines/types.ts";
import type { SourceJob, StoredSource } from "./source-job.ts";

/** A dump of one database, its tables counted in the very state that it shows; for PostgreSQL also what is the whole server's. */
export async function storeSql(
  engine: DatabaseEngine,
  { place, login, target }: SourceJob,
  ctx: StepContext,
): Promise<StoredSource> {
  const { run } = place;
  const { signal, log } = ctx;
  const env = { [engine.passwordVariable]: login.password };
  const snapshot = await openSnapshot({ run, engine, login, log, signal });
  const dumped = Promise.withResolvers<void>();
  const hold = Promise.withResolvers<void>();
  const stop = new AbortController();
  const argv = withFlags(engine.dumpArgv(login, snapshot.name), snapshot.dumpFlags);
  const dump = { name: "database", format: formatOf(engine.kind, "database"), run, env, argv, hold: hold.promise };
  const storing = storePart({ ...dump, onDumped: dumped.resolve, signal: stop.signal }, target, ctx);
  storing.catch(() => {}); // Awaited below; until then its failure only ends the waiting.
  try {
    await snapshot.waitForDump(Promise.race([storing, dumped.promise]));
    // In its snapshot rows can be counted meanwhile; a range needs the end of the dump.
    if (!snapshot.exact) hold.resolve();
    const surveying = snapshot.exact
      ? countAhead(() => snapshot.survey(), hold.resolve)
      : storing.then(() => snapshot.survey());
    const [part, { uncounted: _uncounted, ...survey }] = await Promise.all([storing, surveying]);
    const parts = [part];
    if (engine.globalsArgv)
      parts.push(
        await storePart(
          { name: "globals", format: "globals", run, env, argv: engine.globalsArgv(login) },
          { ...target, estimateBytes: 0 },
          ctx,
        ),
      );
    const { serverSettings } = snapshot;
    const settings = Object.keys(serverSettings).length > 0 ? { serverSettings } : {};
    return { parts, ...survey, ...settings, counting: snapshot.exact ? "exact" : "range" };
  } catch (error) {
    stop.abort(error);
    await storing.catch(() => {});
    throw error;
  } finally {
    snapshot.close();
  }
}
