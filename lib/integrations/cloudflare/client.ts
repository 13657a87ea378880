import { z } from "zod";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 15_000;
const DEFAULT_RETRY_AFTER_S = 5;

const envelope = z.looseObject({
  success: z.boolean(),
  errors: z.array(z.looseObject({ code: z.number().optional(), message: z.string().default("") })).default([]),
  result: z.unknown(),
});
const zones = z.array(z.looseObject({ id: z.string(), name: z.string() }));

/** Whether a token was given: without one the panel looks after no zone there. */
export const hasCloudflare = (): boolean => config().CLOUDFLARE_API_TOKEN !== "";

interface CloudflareZone {
  id: string;
  name: string;
}

/** The zone that a name is in: `www.shop.example.org` is in `example.org`, unless `shop.example.org` is one of its own. */
export async function findCloudflareZone(hostname: string, signal: AbortSignal): Promise<CloudflareZone | null> {
  const labels = hostname.split(".");
  for (let from = 0; from < labels.length - 1; from++) {
    const name = labels.slice(from).join(".");
    const found = zones.parse(await ask("GET", `/zones?name=${encodeURIComponent(name)}`, null, signal));
    const zone = found.find((one) => one.name === name);
    if (zone) return { id: zone.id, name: zone.name };
  }
  return null;
}

/** Forgets everything that is kept of a zone. Safe to repeat. */
export async function purgeEverything(zoneId: string, signal: AbortSignal): Promise<void> {
  await ask("POST", `/zones/${encodeURIComponent(zoneId)}/purge_cache`, { purge_everything: true }, signal);
}

async function ask(method: "GET" | "POST", path: string, body: object | null, signal: AbortSignal): Promise<unknown> {
  const { CLOUDFLARE_API_URL: base, CLOUDFLARE_API_TOKEN: token } = config();
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${base.replace(/\/+$/, "")}${path}`, {
      method,
      redirect: "error",
      headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw new AppError({
      code: "cloudflare.unanswered",
      message: "Cloudflare does not answer.",
      advice: "Usually it passes; the next try asks again.",
      retry: "retry",
      cause: error,
    });
  }
  return readAnswer(response, text);
}

function readAnswer(response: Response, text: string): unknown {
  const answer = envelope.safeParse(parseJson(text));
  if (response.ok && answer.success && answer.data.success) return answer.data.result;
  const words = answer.success ? answer.data.errors.map(({ message }) => message).join("; ") : "";
  const base = { ...(words ? { detail: words } : {}) };
  if (response.status === 429 || response.status >= 500) {
    const after = Number(response.headers.get("retry-after"));
    throw new AppError({
      ...base,
      code: "cloudflare.busy",
      message: `Cloudflare answered ${response.status}.`,
      retry: "retry",
      retryAfterMs: (Number.isFinite(after) && after > 0 ? after : DEFAULT_RETRY_AFTER_S) * 1000,
    });
  }
  if (response.status === 401 || response.status === 403)
    throw new AppError({
      ...base,
      code: "cloudflare.denied",
      message: "Cloudflare does not let the panel's token do this.",
      advice: "CLOUDFLARE_API_TOKEN needs Zone:Read and Cache Purge on the zone.",
      retry: "needs_person",
    });
  throw new AppError({
    ...base,
    code: "cloudflare.refused",
    message: `Cloudflare refused it (${response.status}).`,
    advice: "Its own words are below.",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
