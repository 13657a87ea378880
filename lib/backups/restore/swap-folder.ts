import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { runToEnd } from "../dump/place.ts";
import type { Exchange } from "./exchange.ts";
import { openWritable, placeOf } from "./restore-folder.ts";

/** Renames two folders beside each other; what there is says how far an earlier try came. */
const SCRIPT = `
cd "$1" || exit 2
living=$2 incoming=$3 aside=$4
if [ ! -e "$incoming" ]; then [ -e "$living" ] && [ -e "$aside" ] && exit 0; exit 3; fi
if [ -e "$living" ]; then
  [ ! -e "$aside" ] || exit 3
  mv -T -- "$living" "$aside" || exit 4
fi
mv -T -- "$incoming" "$living" || exit 4
sync
`.trim();

export async function exchangeFolders({ living, incoming, aside }: Exchange, ctx: StepContext): Promise<void> {
  const where = placeOf("files", living);
  const nameOf = (path: string) => placeOf("files", path).name ?? "";
  const place = await openWritable(where, ctx);
  try {
    await ctx.guard();
    const names = [living, incoming, aside].map(nameOf);
    const argv = ["sh", "-c", SCRIPT, "swap", "/home-of", ...names];
    const result = await runToEnd(place.run, { argv }, ctx.signal);
    if (result.exitCode === 0) return ctx.log.info(`${incoming} is ${living} now; what was there is kept as ${aside}`);
    throw new AppError({
      code: result.exitCode === 3 ? "backups.swap_unclear" : "backups.swap_failed",
      message: `The folders could not be swapped (exit code ${result.exitCode}).`,
      advice: `Look at which of ${living}, ${incoming} and ${aside} there are.`,
      detail: result.stderr,
      retry: result.exitCode === 3 ? "needs_person" : "retry",
    });
  } finally {
    await place.close();
  }
}
