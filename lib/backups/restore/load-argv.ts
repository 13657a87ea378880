import type { RunProgram } from "../dump/place.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { sayTable } from "../format.ts";
import { supportsSandbox } from "../prove/restore-stream.ts";

/** $1 is sed's own program, the rest the client. A filter that dies must not look like a dump that ended. */
const FILTERED = `
filter=$1; shift
ended=$(mktemp) || exit 90
trap 'rm -f "$ended"' EXIT
{ LC_ALL=C sed -E "$filter"; echo $? >"$ended"; } | "$@"
client=$?
[ "$client" != 0 ] || [ "$(cat "$ended")" = 0 ] || exit 93
exit "$client"
`.trim();

const ACCOUNT = "(`([^`]|``)*`@`([^`]|``)*`|`([^`]|``)*`)";

/**
 * Routines, triggers, events and views name who made them. Only an account that may speak for others could bring that back, and
 * so could run anything in their name; so they become those of the account that fills the database. Each of these stands at the
 * beginning of a line; the rows of a table never do, for line breaks in them are written as \\n.
 */
const WITHOUT_DEFINERS = [
  `s,^(/\\*![0-9]+ CREATE\\*/ )/\\*![0-9]+ DEFINER=${ACCOUNT}\\*/,\\1,`,
  `s,^(/\\*!M?[0-9]* ?|)(CREATE( OR REPLACE)?) DEFINER=${ACCOUNT} ,\\1\\2 ,`,
  `s,^(/\\*![0-9]+) DEFINER=${ACCOUNT} (SQL SECURITY (DEFINER|INVOKER) \\*/)$,\\1 \\6,`,
].join("\n");

/** As the server itself writes it: only what stands before the body, which may say anything. */
const EVENT =
  "^(/\\*![0-9]+ CREATE\\*/ */\\*![0-9]+ EVENT `([^`]|``)*` ON SCHEDULE (AT '[^']*'|EVERY ('[^']*'|[0-9]+) [A-Z_]+( STARTS '[^']*')?( ENDS '[^']*')?) ON COMPLETION (NOT )?PRESERVE )";

/**
 * An event of a copy would run in the copy: what deletes old rows would empty what is kept. So they sleep there as those of a replica do,
 * which tells them from what somebody has disabled, and wake where they live again.
 */
const EVENTS = {
  asleep: `s,${EVENT}ENABLE ,\\1DISABLE ON SLAVE ,`,
  awake: `s,${EVENT}DISABLE ON (SLAVE|REPLICA) ,\\1ENABLE ,`,
};
export type Events = keyof typeof EVENTS;

/** The client that fills one database of a living server, in which nobody may speak for others. */
export async function buildLoadArgv(
  run: RunProgram,
  engine: DatabaseEngine,
  login: Login,
  { events, replication = false }: { events: Events; replication?: boolean | undefined },
  signal: AbortSignal,
): Promise<string[]> {
  const sandbox = await supportsSandbox(run, engine, login, signal);
  const argv = engine.scratch.restoreArgv(login, { sandbox, replication });
  if (engine.kind === "postgresql") return argv;
  return ["sh", "-c", FILTERED, "load", `${WITHOUT_DEFINERS}\n${EVENTS[events]}`, ...argv];
}

/** Only these tables of a database, as the engine's own dump takes them. Names are as the server quoted them. */
export function dumpOnly(engine: DatabaseEngine, login: Login, tables: readonly string[]): string[] {
  const argv = engine.dumpArgv(login, null);
  if (engine.kind === "postgresql") return [...argv, ...tables.map((table) => `--table=${table}`)];
  const bare = tables.map(sayTable);
  // Routines and events belong to the database, not to a table.
  return [...argv.filter((word) => word !== "--routines" && word !== "--events"), "--", ...bare];
}

/** Nothing of a database but its events: on MariaDB and MySQL. */
export const dumpEvents = (engine: DatabaseEngine, login: Login): string[] => [
  ...engine.dumpArgv(login, null).filter((word) => word !== "--routines" && word !== "--triggers"),
  ...["--skip-triggers", "--no-create-info", "--no-data"],
];
