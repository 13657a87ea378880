import { generatePassword } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Login } from "../engines/types.ts";
import { readCredentials } from "../sources/read-credentials.ts";
import type { Exchange } from "./exchange.ts";
import { copyMongodb } from "./fill-mongodb.ts";
import type { Events } from "./load-argv.ts";
import { fillingAccount } from "./names.ts";
import { isSqlLiving, type Living, type SqlLiving } from "./open-living.ts";
import { pourDatabase, wakeEvents } from "./pour-database.ts";
import type { PostgresServer } from "./servers/postgresql.ts";
import { assertSame, describeSurvey, surveyDatabase } from "./survey.ts";

type Advance = (phase: Exchange["phase"]) => Promise<void>;

/**
 * Puts `incoming` in the place of `living`, which is kept as `aside` (false: there was none). Safe at any moment of dying: until `kept` the living one was
 * only read; from then on both are whole under names of their own, and the living name is filled again from one of them.
 */
export async function exchangeDatabases(
  place: Living,
  swap: Exchange,
  advance: Advance,
  ctx: StepContext,
): Promise<boolean> {
  if (isSqlLiving(place) && place.engine.kind === "postgresql") {
    await exchangeByName(place, swap, advance, ctx);
    await advance("placed");
  } else await exchangeByCopy(place, swap, advance, ctx);
  return place.server.exists(swap.aside);
}

const loginTo = ({ admin }: SqlLiving, database: string) => ({ ...admin, database });

/** PostgreSQL renames, both at once: what there is says how far an earlier try came. */
async function exchangeByName(
  { server, run, engine, admin }: SqlLiving,
  { living, incoming, aside, phase }: Exchange,
  advance: Advance,
  ctx: StepContext,
): Promise<void> {
  const postgres = server as PostgresServer;
  const [hasLiving, hasIncoming, hasAside] = [
    await postgres.exists(living),
    await postgres.exists(incoming),
    await postgres.exists(aside),
  ];
  if (hasLiving && !hasIncoming && (hasAside || phase !== "begun")) return;
  if (!hasIncoming || hasAside) throw unclear(incoming, living, aside);
  const expected = await surveyDatabase(run, engine, { ...admin, database: incoming }, ctx);
  // Where nothing lives there is nothing to be kept, and nothing afterwards to see that by.
  if (!hasLiving) await advance("kept");
  await ctx.guard();
  await postgres.rename([...(hasLiving ? [[living, aside] as const] : []), [incoming, living]]);
  ctx.log.info(`${hasLiving ? `${living} is kept as ${aside}; ` : ""}${incoming} is ${living} now`);
  assertSame(expected, await surveyDatabase(run, engine, { ...admin, database: living }, ctx), living);
}

/** MariaDB, MySQL and MongoDB cannot rename a database: each is poured into the other's place, compared, and only then let go. */
async function exchangeByCopy(place: Living, swap: Exchange, advance: Advance, ctx: StepContext): Promise<void> {
  const { server } = place;
  const { living, incoming, aside } = swap;
  if (swap.phase === "placed" && !(await server.exists(incoming))) return;
  if (swap.phase === "begun") {
    if (!(await server.exists(incoming))) throw unclear(incoming, living, aside);
    if (await server.exists(living)) await copyAside(place, living, aside, ctx);
    await advance("kept");
  }
  if (swap.phase !== "placed") {
    try {
      await fillLiving(place, incoming, living, ctx);
    } catch (error) {
      if (!ctx.signal.aborted && (await putBack(place, swap, ctx))) await advance("begun");
      throw error;
    }
    await advance("placed");
  }
  await ctx.guard();
  await server.drop(incoming);
  ctx.log.info(`What was in ${incoming} is ${living} now`);
}

/** Fills the living name from what was kept of it; false when nothing was. */
export async function putBack(place: Living, { living, aside }: Exchange, ctx: StepContext): Promise<boolean> {
  if (!(await place.server.exists(aside))) return false;
  try {
    await fillLiving(place, aside, living, ctx);
  } catch (error) {
    if (ctx.signal.aborted || !isSqlLiving(place)) throw error;
    // The app's own user may not do all that its database has in it.
    await fillAsNobody(place, aside, living, "awake", ctx);
  }
  ctx.log.warn(`${living} was put back as it was`);
  return true;
}

/** A copy under a name of its own, filled as any restore is. Half of one, of a try that died, is dropped first. */
async function copyAside(place: Living, from: string, to: string, ctx: StepContext): Promise<void> {
  if (!isSqlLiving(place)) return copyMongodb(place, from, to, ctx);
  await ctx.guard();
  await place.server.drop(to);
  await fillAsNobody(place, from, to, "asleep", ctx);
}

async function fillAsNobody(
  place: SqlLiving,
  from: string,
  to: string,
  events: Events,
  ctx: StepContext,
): Promise<void> {
  const { server, source } = place;
  const account = { user: fillingAccount(to), password: generatePassword() };
  ctx.redact(account.password);
  await ctx.guard();
  await server.empty(to, from);
  await server.addAccount(account, to);
  await pour(place, from, { ...place.admin, ...account, database: to }, events, ctx);
  await ctx.guard();
  await server.handOver(to, account.user, source.userName);
}

/**
 * The living name, filled by the app's own user: what it makes is the app's own, as its migrations would have made it, and it can
 * do no more than the app itself.
 */
async function fillLiving(place: Living, from: string, living: string, ctx: StepContext): Promise<void> {
  if (!isSqlLiving(place)) return copyMongodb(place, from, living, ctx);
  const { server, source, admin } = place;
  const { user, password } = await readCredentials({ ...source, rootPasswordSecret: null }, ctx);
  await ctx.guard();
  await server.empty(living, from);
  await pour(place, from, { ...admin, user, password, database: living }, "awake", ctx);
}

/** Events wake once both were compared: they change rows. */
async function pour(place: SqlLiving, from: string, to: Login, events: Events, ctx: StepContext): Promise<void> {
  const { run, engine } = place;
  const ends = [{ run, login: loginTo(place, from) }, { run, login: to }, engine] as const;
  await pourDatabase(...ends, {}, ctx);
  const expected = await surveyDatabase(run, engine, loginTo(place, from), ctx);
  assertSame(expected, await surveyDatabase(run, engine, loginTo(place, to.database), ctx), to.database);
  if (events === "awake") await wakeEvents(...ends, ctx);
  ctx.log.info(`Copied ${from} into ${to.database}: ${describeSurvey(expected)}`);
}

const unclear = (incoming: string, living: string, aside: string) =>
  new AppError({
    code: "backups.swap_unclear",
    message: `Things are not as this swap knows them: ${incoming} should be there, and ${aside} not.`,
    advice: `Nothing was changed now. Look at which of ${living}, ${incoming} and ${aside} there are.`,
    retry: "needs_person",
  });
