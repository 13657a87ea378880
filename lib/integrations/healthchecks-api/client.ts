import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 10_000;

export interface HealthchecksAccount {
  /** Where the instance is: `https://healthchecks.io`. */
  url: string;
  apiKey: string;
}

export interface CheckSpec {
  name: string;
  /** Deterministic: a second creation finds the first check by it. */
  slug: string;
  tags: string;
  desc: string;
  /** Seconds within which a ping is expected, and how much later one may come. */
  timeoutS: number;
  graceS: number;
}

const checkSchema = z.looseObject({
  name: z.string(),
  slug: z.string(),
  tags: z.string().default(""),
  status: z.enum(["new", "up", "grace", "down", "paused", "started"]),
  /** Left out for keys that may only read. */
  ping_url: z.url().optional(),
  uuid: z.string().optional(),
});
const listSchema = z.object({ checks: z.array(checkSchema) });

export interface Check {
  id: string;
  name: string;
  slug: string;
  status: z.output<typeof checkSchema>["status"];
  /** Whoever has it can say that all is well: a secret. */
  pingUrl: string;
}

const fail = (code: string, message: string, more: Partial<ConstructorParameters<typeof AppError>[0]> = {}) =>
  new AppError({
    code: `healthchecks.${code}`,
    message,
    advice: "Look at HEALTHCHECKS_API_URL and HEALTHCHECKS_API_KEY, and whether the worker reaches it.",
    retry: "retry",
    status: 502,
    ...more,
  });

/** Healthchecks' own words: `{ "error": … }`, or a line of text. */
function readWords(body: string): string {
  try {
    const parsed = JSON.parse(body) as { error?: unknown };
    return typeof parsed.error === "string" ? parsed.error : "";
  } catch {
    return body.slice(0, 200);
  }
}

interface Answer {
  status: number;
  body: string;
}

async function ask(
  { url, apiKey }: HealthchecksAccount,
  method: "GET" | "POST" | "DELETE",
  path: string,
  signal: AbortSignal,
  body?: Record<string, unknown>,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(new URL(`/api/v3/${path}`, url), {
      method,
      redirect: "manual",
      headers: { "x-api-key": apiKey, ...(body ? { "content-type": "application/json" } : {}) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const detail = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw fail("unreachable", "Healthchecks does not answer.", { detail, status: 503, cause: error });
  }
  const { status } = response;
  if (status === 401)
    throw fail("key", "Healthchecks refuses the panel's key.", { retry: "needs_person", detail: readWords(text) });
  if (status === 429 || status >= 500) throw fail("busy", `Healthchecks answered ${status}.`);
  return { status, body: text };
}

/** Anything but what was hoped for: a wrong value, a key that may only read, no room for another check. */
function refuse(what: string, { status, body }: Answer): AppError {
  const full = status === 403;
  return fail("refused", `Healthchecks refused to ${what} (HTTP ${status}).`, {
    retry: full ? "needs_person" : "permanent",
    detail: readWords(body),
    ...(full ? { advice: "Its project may have no room for more checks, or the key is another project's." } : {}),
  });
}

function toCheck(raw: z.output<typeof checkSchema>): Check {
  const { name, slug, status, ping_url: pingUrl } = raw;
  const id = raw.uuid ?? pingUrl?.split("/").at(-1);
  if (!id || !pingUrl)
    throw fail("read_only", "The panel's key at Healthchecks may only read.", { retry: "needs_person" });
  return { id, name, slug, status, pingUrl };
}

const parseCheck = (body: string) => toCheck(checkSchema.parse(JSON.parse(body)));

export async function listChecks(account: HealthchecksAccount, tag: string, signal: AbortSignal): Promise<Check[]> {
  const answer = await ask(account, "GET", `checks/?tag=${encodeURIComponent(tag)}`, signal);
  if (answer.status !== 200) throw refuse("list its checks", answer);
  return listSchema.parse(JSON.parse(answer.body)).checks.map(toCheck);
}

export async function findCheck(
  account: HealthchecksAccount,
  slug: string,
  signal: AbortSignal,
): Promise<Check | null> {
  const answer = await ask(account, "GET", `checks/?slug=${encodeURIComponent(slug)}`, signal);
  if (answer.status !== 200) throw refuse("list its checks", answer);
  // Older ones do not know the filter, and answer with everything.
  const found = listSchema.parse(JSON.parse(answer.body)).checks.find((one) => one.slug === slug);
  return found ? toCheck(found) : null;
}

/** Makes the check, or brings the one of that slug to what is asked. It tells whomever the project tells. */
export async function putCheck(account: HealthchecksAccount, spec: CheckSpec, signal: AbortSignal): Promise<Check> {
  const answer = await ask(account, "POST", "checks/", signal, {
    ...{ name: spec.name, slug: spec.slug, tags: spec.tags, desc: spec.desc },
    ...{ timeout: spec.timeoutS, grace: spec.graceS },
    // A ping ends a pause by itself: nothing that is well again stays unwatched.
    ...{ manual_resume: false, channels: "*", unique: ["slug"] },
  });
  if (answer.status !== 200 && answer.status !== 201) throw refuse("make the check", answer);
  return parseCheck(answer.body);
}

export async function pauseCheck(account: HealthchecksAccount, id: string, signal: AbortSignal): Promise<void> {
  const answer = await ask(account, "POST", `checks/${encodeURIComponent(id)}/pause`, signal, {});
  if (answer.status !== 200) throw refuse("pause the check", answer);
}

/** One that is not paused needs nothing (409), nor does one that is gone (404). */
export async function resumeCheck(account: HealthchecksAccount, id: string, signal: AbortSignal): Promise<void> {
  const answer = await ask(account, "POST", `checks/${encodeURIComponent(id)}/resume`, signal, {});
  if (![200, 404, 409].includes(answer.status)) throw refuse("resume the check", answer);
}

export async function deleteCheck(account: HealthchecksAccount, id: string, signal: AbortSignal): Promise<void> {
  const answer = await ask(account, "DELETE", `checks/${encodeURIComponent(id)}`, signal);
  if (![200, 404].includes(answer.status)) throw refuse("delete the check", answer);
}
