import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookKind } from "../constants.ts";

export type HookRefusal = "signature" | "delivery" | "content-type" | "malformed";

export interface Delivery {
  /** What the forge calls this one delivery. */
  id: string;
  event: string;
  payload: unknown;
  /** SHA-256 of the body, hex: a delivery's id is not signed, its body is. */
  bodyHash: string;
}

const hash = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
/** Of hashes, so that neither a wrong length nor a wrong letter takes another time. */
const isSame = (one: string | Uint8Array, other: string | Uint8Array) => timingSafeEqual(hash(one), hash(other));

function isGenuine(kind: WebhookKind, headers: Headers, body: Uint8Array, secret: string): boolean {
  if (kind === "gitlab") return isSame(headers.get("x-gitlab-token") ?? "", secret);
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return isSame(headers.get("x-hub-signature-256") ?? "", signature);
}

const DELIVERY_HEADERS: Record<WebhookKind, readonly string[]> = {
  github: ["x-github-delivery"],
  // The key stays the same when GitLab tries again; older ones send only the event's id.
  gitlab: ["idempotency-key", "x-gitlab-event-uuid"],
};
const EVENT_HEADERS: Record<WebhookKind, string> = { github: "x-github-event", gitlab: "x-gitlab-event" };
const DELIVERY_ID = /^[A-Za-z0-9._:-]{8,90}$/;

/**
 * Whether somebody who knows the secret sent exactly this. Pure. The signature is looked at before anything else of what was sent;
 * nothing is parsed that was not signed.
 */
export function verifyDelivery(
  kind: WebhookKind,
  headers: Headers,
  body: Uint8Array,
  secret: string,
): { ok: true; delivery: Delivery } | { ok: false; refusal: HookRefusal } {
  if (secret === "" || !isGenuine(kind, headers, body, secret)) return { ok: false, refusal: "signature" };
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") return { ok: false, refusal: "content-type" };
  const id = DELIVERY_HEADERS[kind].map((name) => headers.get(name)).find((value) => value !== null) ?? "";
  if (!DELIVERY_ID.test(id)) return { ok: false, refusal: "delivery" };
  try {
    const payload: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    const bodyHash = hash(body).toString("hex");
    return { ok: true, delivery: { id, event: headers.get(EVENT_HEADERS[kind]) ?? "", payload, bodyHash } };
  } catch {
    return { ok: false, refusal: "malformed" };
  }
}
