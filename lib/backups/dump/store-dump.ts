import {
  createPartialFile,
  findFileSize,
  readWholeFile,
  removeFiles,
  writeWholeFile,
} from "#lib/integrations/disk/files.ts";
import { formatBytes, formatDuration } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { type Engine, type Manifest, manifestSchema } from "../schema.ts";
import { assertWholeDump, startDump } from "./dump-stream.ts";
import type { DatabaseTask } from "./find-database.ts";
import { manifestPath } from "./paths.ts";
import { openSnapshot } from "./snapshot.ts";

export interface StoreOptions {
  path: string;
  backupId: string;
  service: string;
  environment: string;
  kind: Engine;
  engine: DatabaseEngine;
  login: Login;
  task: DatabaseTask;
}

/** The backup at this path, if a try before this one finished it: the manifest is there and the file is as long as it says. */
export async function findStored(path: string, backupId: string): Promise<Manifest | null> {
  const text = await readWholeFile(manifestPath(path));
  if (text === null) return null;
  const manifest = manifestSchema.safeParse(parse(text)).data;
  if (!manifest || manifest.backupId !== backupId) return null;
  return (await findFileSize(path)) === manifest.sizeBytes ? manifest : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const removeStored = (path: string) => removeFiles([manifestPath(path), path]);

/** Dumps the database to the path. Until every check agreed nothing stands there; the manifest comes last. */
export async function storeDump(options: StoreOptions, ctx: StepContext): Promise<Manifest> {
  const { path, engine, login, task, kind } = options;
  const { signal, log } = ctx;
  const started = new Date();
  await removeStored(path);
  const file = await createPartialFile(path);
  const snapshot = await openSnapshot({ containerId: task.containerId, engine, kind, login, log, signal }).catch(
    async (error: unknown) => {
      await file.discard();
      throw error;
    },
  );
  try {
    await ctx.guard();
    const dump = await startDump(
      {
        containerId: task.containerId,
        engine,
        login,
        snapshot: snapshot.name,
        onBytes: reportBytes(ctx),
        onMessage: (data) => log.output("stderr", data),
      },
      signal,
    );
    try {
      const saving = dump.saveTo(file);
      saving.catch(() => {}); // Awaited below; until then its failure only ends the waiting.
      await snapshot.waitForDump(saving);
      // In its snapshot rows can be counted meanwhile; a range needs the end of the dump.
      const counting = snapshot.exact ? snapshot.count() : saving.then(() => snapshot.count());
      const [result, counts] = await Promise.all([saving, counting]);
      assertWholeDump(result, engine, file.sizeBytes);
      await ctx.guard();
      await file.commit();
      const manifest: Manifest = {
        version: 1,
        backupId: options.backupId,
        service: options.service,
        environment: options.environment,
        engine: kind,
        database: login.database,
        image: task.image,
        startedAt: started.toISOString(),
        finishedAt: new Date().toISOString(),
        sizeBytes: file.sizeBytes,
        sha256: file.sha256,
        counting: snapshot.exact ? "exact" : "range",
        counts,
      };
      await writeWholeFile(manifestPath(path), `${JSON.stringify(manifest, null, 2)}\n`);
      const took = formatDuration(Date.now() - started.getTime());
      log.info(`Stored ${formatBytes(file.sizeBytes)} in ${took}: ${path}`);
      return manifest;
    } finally {
      dump.close();
    }
  } finally {
    snapshot.close();
    await file.discard();
  }
}

/** Ten times a second at most: a page cannot show more. */
function reportBytes(ctx: StepContext): (sizeBytes: number) => void {
  let last = 0;
  return (sizeBytes) => {
    if (Date.now() - last < 100) return;
    last = Date.now();
    ctx.progress(`${formatBytes(sizeBytes)} stored`, sizeBytes);
  };
}
