import { setTimeout as delay } from "node:timers/promises";
import { challengeName, publishChallenge } from "#lib/dns/commands/challenge.ts";
import { waitUntilInSync, waitUntilServed } from "#lib/dns/commands/wait-until-served.ts";
import { problemName, toAcmeError } from "#lib/integrations/acme/errors.ts";
import { computeDnsAnswer } from "#lib/integrations/acme/jws.ts";
import { answerChallenge, readAuthorization } from "#lib/integrations/acme/orders.ts";
import type { Authorization, Order, Problem } from "#lib/integrations/acme/schema.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { enterPhase } from "./enter-phase.ts";
import type { Zones } from "./find-zones.ts";
import { assertFailureBudget } from "./limit-failures.ts";
import type { Account } from "./open-account.ts";

const LIMIT_MS = 3 * 60_000;
const NO_REASON: Problem = { type: "about:blank", detail: "The authority gave no reason." };

/** The authority refused one or more names for good. */
export class AuthorizationFailure extends Error {
  readonly names: string[];
  readonly reason: AppError;
  /** As the authority sent it. */
  readonly problem: Problem;
  constructor(names: string[], reason: AppError, problem: Problem) {
    super(reason.message);
    this.names = names;
    this.reason = reason;
    this.problem = problem;
  }
}

const displayName = ({ identifier, wildcard }: Authorization) => `${wildcard ? "*." : ""}${identifier.value}`;
const readProblem = (authorization: Authorization): Problem =>
  authorization.challenges.find(({ error }) => error)?.error ?? NO_REASON;

function toFailure(authorizations: readonly Authorization[]): AuthorizationFailure | undefined {
  const failed = authorizations.filter(({ status }) => ["invalid", "deactivated", "revoked"].includes(status));
  const [first] = failed;
  if (!first) return undefined;
  const problem = readProblem(first);
  const others = failed.slice(1).map((one) => `${displayName(one)}: ${problemName(readProblem(one))}`);
  const reason = { ...problem, detail: [problem.detail, ...others].join("\n") };
  return new AuthorizationFailure(failed.map(displayName), toAcmeError(reason, { name: displayName(first) }), problem);
}

async function readAll(ctx: StepContext, { client }: Account, order: Order) {
  return Promise.all(order.authorizations.map((url) => readAuthorization(client, url, ctx)));
}

/** Which names of an order the authority refused, and why; undefined when it refused none. */
export async function findFailure(
  ctx: StepContext,
  account: Account,
  order: Order,
): Promise<AuthorizationFailure | undefined> {
  return toFailure((await readAll(ctx, account, order)).map(({ authorization }) => authorization));
}

interface Pending {
  authorization: Authorization;
  challengeUrl: string;
  challengeStatus: string;
  value: string;
}

function readPending(authorization: Authorization, account: Account): Pending {
  const challenge = authorization.challenges.find(({ type }) => type === "dns-01");
  if (!challenge?.token)
    throw new AppError({
      code: "acme.no_dns_challenge",
      message: `The certificate authority offers no DNS challenge for ${displayName(authorization)}.`,
      retry: "permanent",
    });
  const value = computeDnsAnswer(account.client.accountKey, challenge.token);
  return { authorization, challengeUrl: challenge.url, challengeStatus: challenge.status, value };
}

/** Publishes all values, each in the zone its name stands in. */
async function publish(ctx: StepContext, zones: Zones, pending: readonly Pending[]): Promise<void> {
  const changes: (string | null)[] = [];
  for (const { authorization, value } of pending) {
    const domain = authorization.identifier.value;
    const { changeId } = await publishChallenge(ctx, zones.of(domain), { domain, value });
    ctx.log.info(`Published the challenge for ${displayName(authorization)} at TXT ${challengeName(domain)}`);
    changes.push(changeId);
  }
  for (const changeId of changes) await waitUntilInSync(ctx, changeId);
}

/** Waits until every authoritative server of each zone answers each value, however long ago it was published. */
async function askServers(ctx: StepContext, zones: Zones, pending: readonly Pending[]): Promise<void> {
  for (const { authorization, value } of pending) {
    const domain = authorization.identifier.value;
    const name = challengeName(domain);
    await waitUntilServed(ctx, {
      zone: zones.of(domain).name,
      name,
      type: "TXT",
      accept: ({ values }) => values.includes(value),
      expectation: `answers the challenge at ${name} yet`,
    });
  }
}

interface BegunOrder {
  order: Order;
  /** Ours. */
  orderId: string;
}

/** Proves to the authority that the names are ours: by DNS, every name of the order that is not proven yet. */
export async function authorizeNames(
  ctx: StepContext,
  account: Account,
  zones: Zones,
  { order, orderId }: BegunOrder,
): Promise<void> {
  const { client } = account;
  const look = async () => {
    const answers = await readAll(ctx, account, order);
    const failure = toFailure(answers.map(({ authorization }) => authorization));
    if (failure) throw failure;
    return answers;
  };
  const authorizations = (await look()).map(({ authorization }) => authorization);
  for (const proven of authorizations.filter(({ status }) => status === "valid"))
    ctx.log.info(`${displayName(proven)} is proven already`);
  const pending = authorizations
    .filter(({ status }) => status === "pending")
    .map((authorization) => readPending(authorization, account));
  await assertFailureBudget(pending.map(({ authorization }) => displayName(authorization)));
  if (pending.length > 0) {
    const names = pending.map(({ authorization }) => challengeName(authorization.identifier.value));
    await enterPhase(ctx, orderId, "challenges", [...new Set(names)].join(", "));
    await publish(ctx, zones, pending);
    await enterPhase(ctx, orderId, "servers");
    await askServers(ctx, zones, pending);
  }
  await enterPhase(ctx, orderId, "validation", pending.length > 0 ? undefined : "Every name was proven already");
  for (const { authorization, challengeUrl, challengeStatus } of pending) {
    // One that is processing was answered by an earlier attempt.
    if (challengeStatus !== "pending") continue;
    await ctx.guard();
    await answerChallenge(client, challengeUrl, ctx);
    ctx.log.info(`Asked the authority to look at ${displayName(authorization)}`);
  }
  const deadline = Date.now() + LIMIT_MS;
  for (let wait = 300; ; wait = Math.min(wait * 1.5, 5_000)) {
    const answers = await look();
    const proven = answers.filter(({ authorization }) => authorization.status === "valid").length;
    if (proven === answers.length) break;
    if (Date.now() > deadline)
      throw new AppError({
        code: "acme.slow_validation",
        message: "The certificate authority has not finished looking at the names.",
        retry: "retry",
      });
    ctx.progress("names proven", proven, answers.length);
    const asked = Math.max(0, ...answers.map(({ retryAfterMs }) => retryAfterMs ?? 0));
    await delay(Math.min(Math.max(wait, asked), 60_000), undefined, { signal: ctx.signal });
  }
  if (pending.length > 0)
    ctx.log.info(
      `The authority is satisfied with ${pending.map(({ authorization }) => displayName(authorization)).join(", ")}`,
    );
}
