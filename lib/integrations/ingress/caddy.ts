import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import { type AdminAnswer, askCaddy, toRefusal } from "./admin-api.ts";
import {
  type CaddyConfig,
  getCertificate,
  getRoute,
  listIds,
  setCertificate,
  setRoute,
  unsetCertificate,
  unsetRoute,
} from "./caddy-config.ts";
import { assertSafeId } from "./pem.ts";
import type { Ingress, IngressCall, Put } from "./types.ts";

/** Everybody who changes Caddy at the same moment wins once; this many others may be faster. */
const MAX_TRIES = 40;
const LONGEST_PAUSE_MS = 250;
const OUTDATED = 412;

/**
 * Caddy, by its admin API. Each change reads the whole configuration, changes what is the panel's, and writes it back on the
 * condition that nobody else has changed it meanwhile (ETag, If-Match): certificate and policy change in one moment, and
 * two writers never undo each other.
 */
export function openCaddy(adminUrl: string): Ingress {
  const read = async (signal: AbortSignal) => readConfig(adminUrl, signal);
  const change = (edit: (config: CaddyConfig) => void, call: IngressCall) => changeConfig(adminUrl, edit, call);
  const put = async (
    isThere: (config: CaddyConfig) => boolean,
    edit: (config: CaddyConfig) => void,
    call: IngressCall,
  ) => {
    let was = false;
    const changed = await change((config) => {
      was = isThere(config);
      edit(config);
    }, call);
    return (changed ? (was ? "changed" : "created") : "kept") satisfies Put;
  };
  return {
    kind: "caddy",
    label: "Caddy",
    putRoute: (route, call) => {
      assertSafeId(route.id);
      return put(
        (config) => getRoute(config, route.id) !== null,
        (config) => setRoute(config, route),
        call,
      );
    },
    removeRoute: (id, call) => change((config) => void unsetRoute(config, assertSafeId(id)), call),
    findRoute: async (id, signal) => getRoute((await read(signal)).config, assertSafeId(id)),
    putCertificate: (certificate, call) => {
      assertSafeId(certificate.id);
      return put(
        (config) => getCertificate(config, certificate.id) !== null,
        (config) => setCertificate(config, certificate),
        call,
      );
    },
    removeCertificate: (id, call) => change((config) => void unsetCertificate(config, assertSafeId(id)), call),
    listIds: async (signal) => listIds((await read(signal)).config),
    findCertificate: async (id, signal) => getCertificate((await read(signal)).config, assertSafeId(id)),
  };
}

async function readConfig(adminUrl: string, signal: AbortSignal): Promise<{ config: CaddyConfig; etag: string }> {
  const answer = await askCaddy(adminUrl, { method: "GET", path: "/config/", signal });
  if (answer.status !== 200) throw toRefusal(answer);
  // Without it a change of somebody else's in the same moment would be lost unseen.
  if (!answer.etag)
    throw new AppError({
      code: "ingress.too_old",
      message: "This Caddy does not say which version of its configuration it has.",
      advice: "Caddy 2.5 or newer is needed.",
      retry: "needs_person",
    });
  return { config: parseConfig(answer), etag: answer.etag };
}

function parseConfig(answer: AdminAnswer): CaddyConfig {
  try {
    const parsed: unknown = JSON.parse(answer.body);
    if (parsed === null) return {};
    if (typeof parsed === "object" && !Array.isArray(parsed)) return parsed as CaddyConfig;
  } catch {
    // Said below, without the text: it holds keys.
  }
  throw new AppError({
    code: "ingress.unexpected_answer",
    message: "What answers at CADDY_ADMIN_URL is not Caddy's admin API.",
    retry: "needs_person",
  });
}

/** True when something was changed. */
async function changeConfig(
  adminUrl: string,
  edit: (config: CaddyConfig) => void,
  call: IngressCall,
): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const { config, etag } = await readConfig(adminUrl, call.signal);
    // The edit may add empty objects on its way; compared is what Caddy would be told.
    const edited = structuredClone(config);
    edit(edited);
    if (canonicalJson(withoutEmpty(edited)) === canonicalJson(withoutEmpty(config))) return false;
    await call.guard();
    const answer = await askCaddy(adminUrl, {
      method: "POST",
      path: "/config/",
      body: JSON.stringify(edited),
      ifMatch: etag,
      signal: call.signal,
    });
    if (answer.status === 200) return true;
    if (answer.status !== OUTDATED) throw toRefusal(answer);
    await delay(randomInt(1, Math.min(LONGEST_PAUSE_MS, 10 * attempt) + 1), undefined, { signal: call.signal });
  }
  throw new AppError({
    code: "ingress.busy",
    message: "Somebody else changes Caddy's configuration all the time.",
    retry: "retry",
    retryAfterMs: 2_000,
    status: 503,
  });
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, withoutEmpty(part)] as const);
  return Object.fromEntries(entries.filter(([, part]) => !isEmptyObject(part)));
}

const isEmptyObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
