import { AppError } from "#lib/platform/errors.ts";
import { HALF_SWAPPED } from "../queries/refuse-half-swapped.ts";
import type { BackupSource } from "../schema/source.ts";
import { DOWN } from "../sources/find-database.ts";
import { explainNoSwap } from "./explain-no-swap.ts";

/** Each has advice of its own, and stands in the way of a swap too. */
const NO_SWAP_EITHER: ReadonlySet<string> = new Set([DOWN, HALF_SWAPPED]);

const RENAMED =
  "If it cannot be backed up any more: restore beside it, compare, and swap that in. A swap renames what lives and reads none of it.";
const COPIED =
  "If it cannot be backed up any more, a swap stops too, for it copies what lives first. Restore beside it, compare, save by hand what can still be read of the living database, drop that, and swap in what was restored.";

/** Before a restore in place the living data is backed up. Where it is too broken for that, the failure says how else to get there. */
export function adviseWayAround(error: unknown, source: BackupSource): unknown {
  if (!(error instanceof AppError) || NO_SWAP_EITHER.has(error.code) || explainNoSwap(source) !== null) return error;
  const way = source.kind === "postgresql" || source.kind === "files" ? RENAMED : COPIED;
  const { code, message, retry, detail, retryAfterMs } = error;
  return new AppError({
    ...{ code, message, retry, cause: error, advice: [error.advice, way].filter(Boolean).join(" ") },
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
