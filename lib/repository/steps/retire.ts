import { basename, dirname } from "node:path";
import { findFile, listFiles } from "#lib/integrations/git/read-tree.ts";
import type { FileChange } from "#lib/integrations/git/write-tree.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { REPOSITORY_FILE, RETIRED_FOLDER } from "../constants.ts";
import { commitToStaging } from "../publish/commit-to-staging.ts";
import { askRemote, type ConfigRepository, openConfigRepository, readTips } from "../publish/open.ts";
import { promoteCommit } from "../publish/promote-commit.ts";
import { listWritten } from "../queries/read-written.ts";
import { retireInputSchema } from "../schema.ts";

interface Move {
  from: string;
  to: string;
  id: string;
}

/** What is kept between two tries: after the push the files are no longer where they were. */
interface Kept {
  paths: string[];
  folder: string;
}

/** Moves a retired service's files to `.retired-services`: on staging, then, when it builds, on main. */
export const repositoryRetire = defineStep({
  name: "repository.retire",
  queue: "provisioning",
  input: retireInputSchema,
  timeoutMs: 4 * 60 * 60_000,
  plan: planRetire,
  apply: applyRetire,
  verify: verifyRetire,
  // It leaves nothing in the ledger: the files stay where everybody can read them.
  undo: async () => {},
});

const readPaths = async (ctx: StepContext): Promise<string[]> =>
  ctx.service ? (await listWritten(ctx.service.id)).map(({ path }) => path) : [];

/** A stack's folder is its service's alone and goes as it is; beside a module others have theirs. */
const ownFolder = (path: string) => {
  const folder = dirname(path);
  return dirname(folder) === config().CONFIG_REPOSITORY_STACKS_DIR ? folder : null;
};

async function listMoves(
  { mirror }: ConfigRepository,
  base: string,
  { paths, folder }: Kept,
  signal: AbortSignal,
): Promise<Move[]> {
  const found = new Map<string, Move>();
  for (const path of paths) {
    const own = ownFolder(path);
    const present = own === null ? await findFile(mirror, base, path, signal) : null;
    const files = own === null ? (present ? [present] : []) : await listFiles(mirror, base, own, signal);
    for (const { path: from, id } of files)
      found.set(from, { from, to: `${folder}/${own === null ? basename(from) : from.slice(own.length + 1)}`, id });
  }
  return [...found.values()];
}

/** An earlier service of the name may lie there already. */
async function chooseFolder({ mirror }: ConfigRepository, base: string, name: string, signal: AbortSignal) {
  for (let number = 1; ; number++) {
    const folder = `${RETIRED_FOLDER}/${number === 1 ? name : `${name}-${number}`}`;
    if ((await listFiles(mirror, base, folder, signal)).length === 0) return folder;
  }
}

async function planRetire(_input: object, ctx: StepContext): Promise<PlanResult> {
  const paths = await readPaths(ctx);
  if (paths.length === 0 || !ctx.service) return { changes: [] };
  const repository = await openConfigRepository(ctx);
  const { main, staging } = await readTips(repository, ctx.signal);
  const base = staging ?? main;
  const folder = await chooseFolder(repository, base, ctx.service.name, ctx.signal);
  const moves = await listMoves(repository, base, { paths, folder }, ctx.signal);
  return {
    changes: moves.map(({ from, to }) => ({
      action: "remove",
      kind: "configuration",
      name: from,
      detail: `moved to ${to}`,
    })),
    warnings: paths
      .filter((path) => !moves.some(({ from }) => from === path))
      .map((path) => `${path} is no longer in the repository.`),
  };
}

async function applyRetire(
  _input: object,
  ctx: StepContext,
): Promise<{ folder: string | null; commit: string | null }> {
  const kept = ctx.checkpoint.get<Kept>();
  const paths = kept?.paths ?? (await readPaths(ctx));
  if (paths.length === 0 || !ctx.service) {
    ctx.log.info("The service has nothing in the configuration repository");
    return { folder: null, commit: null };
  }
  const repository = await openConfigRepository(ctx);
  const { name } = ctx.service;
  // From here on they are this step's to take away.
  for (const path of paths) await ctx.ledger.plan({ kind: REPOSITORY_FILE, providerId: path, name: path });
  let plan = kept;
  const { commit } = await commitToStaging(
    repository,
    async (base) => {
      plan ??= { paths, folder: await chooseFolder(repository, base, name, ctx.signal) };
      await ctx.checkpoint.set(plan);
      const moves = await listMoves(repository, base, plan, ctx.signal);
      if (moves.length === 0) return null;
      const changes = moves.flatMap(({ from, to, id }): FileChange[] => [
        { path: from, gone: true },
        { path: to, id },
      ]);
      return { changes, message: `Retire ${name}` };
    },
    ctx,
  );
  await promoteCommit(repository, { commit, checked: null }, ctx);
  const left = await findLeft(repository, paths, ctx.signal);
  if (left)
    throw new AppError({
      code: "repository.still_there",
      message: `${repository.main} still has ${left}: somebody has put it back.`,
      retry: "retry",
    });
  for (const path of paths) await ctx.ledger.gone(REPOSITORY_FILE, path);
  const folder = plan?.folder ?? null;
  ctx.log.info(`Its configuration is in ${folder ?? RETIRED_FOLDER}`);
  return { folder, commit };
}

async function findLeft(repository: ConfigRepository, paths: readonly string[], signal: AbortSignal, maxAgeMs = 0) {
  const { main } = await readTips(repository, signal, maxAgeMs);
  for (const path of paths) if (await findFile(repository.mirror, main, path, signal)) return path;
  return null;
}

async function verifyRetire(_input: object, ctx: StepContext): Promise<VerifyResult> {
  const paths = ctx.checkpoint.get<Kept>()?.paths ?? (await readPaths(ctx));
  if (paths.length === 0) return { ok: true, reason: "The service has nothing in the configuration repository." };
  const repository = await openConfigRepository(ctx);
  return askRemote(async (maxAgeMs) => {
    const left = await findLeft(repository, paths, ctx.signal, maxAgeMs);
    return left
      ? { ok: false, reason: `${repository.main} still has ${left}.` }
      : { ok: true, reason: `${repository.main} has none of its files outside ${RETIRED_FOLDER}.` };
  });
}
