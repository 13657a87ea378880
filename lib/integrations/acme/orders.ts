import { AppError } from "#lib/platform/errors.ts";
import type { AcmeClient } from "./client.ts";
import { Authorization, Challenge, Order, OrderList } from "./schema.ts";

const MAX_LIST_PAGES = 50;
/** Refusals of an order that may be about what it replaces. */
const NO_REPLACEMENT = ["acme.alreadyReplaced", "acme.refused", "acme.not_found", "acme.unauthorized"];

interface Options {
  signal?: AbortSignal | undefined;
}

/**
 * Begins an order. The URL is all that is needed to go on after a crash: store it before anything else. `replaces` is the
 * identifier of the certificate that it renews (RFC 9773); an authority that does not want to hear of it is asked without.
 */
export async function createOrder(
  client: AcmeClient,
  names: readonly string[],
  { signal, replaces }: Options & { replaces?: string | null } = {},
): Promise<{ url: string; order: Order; replaces: string | null }> {
  const { newOrder } = await client.directory(signal);
  const identifiers = names.map((value) => ({ type: "dns", value }));
  const ask = (payload: object) => client.postJson(Order, newOrder, payload, { signal });
  const plain = async () => ({ replaced: null, answer: await ask({ identifiers }) });
  const { replaced, answer } = replaces
    ? await ask({ identifiers, replaces }).then(
        (value) => ({ replaced: replaces, answer: value }),
        (error: unknown) => {
          if (error instanceof AppError && NO_REPLACEMENT.includes(error.code)) return plain();
          throw error;
        },
      )
    : await plain();
  if (!answer.location)
    throw new AppError({
      code: "acme.unreadable",
      message: "The certificate authority made an order and did not say where it is.",
      retry: "retry",
    });
  return { url: answer.location, order: answer.value, replaces: replaced };
}

/** The order as it is now; undefined when the authority has forgotten it. */
export async function readOrder(
  client: AcmeClient,
  url: string,
  { signal }: Options = {},
): Promise<{ order: Order; retryAfterMs: number | undefined } | undefined> {
  try {
    const { value, retryAfterMs } = await client.postJson(Order, url, undefined, { signal });
    return { order: value, retryAfterMs };
  } catch (error) {
    // Unauthorized: it is the order of an account we no longer use.
    if (error instanceof AppError && ["acme.not_found", "acme.unauthorized"].includes(error.code)) return undefined;
    throw error;
  }
}

/** URLs of the account's newest orders, where the authority lists them (Let's Encrypt does not, Pebble does). */
export async function listOrders(
  client: AcmeClient,
  ordersUrl: string | undefined,
  { signal }: Options = {},
): Promise<string[]> {
  const urls: string[] = [];
  for (let url = ordersUrl, page = 0; url && page < MAX_LIST_PAGES; page++) {
    const answer = await client.postJson(OrderList, url, undefined, { signal }).catch((error: unknown) => {
      if (error instanceof AppError && error.retry === "permanent") return undefined;
      throw error;
    });
    if (!answer) break;
    urls.push(...answer.value.orders);
    url = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.link ?? "")?.[1];
  }
  return urls;
}

export async function readAuthorization(
  client: AcmeClient,
  url: string,
  { signal }: Options = {},
): Promise<{ authorization: Authorization; retryAfterMs: number | undefined }> {
  const { value, retryAfterMs } = await client.postJson(Authorization, url, undefined, { signal });
  return { authorization: value, retryAfterMs };
}

/** Says that the challenge's answer is in place. */
export async function answerChallenge(client: AcmeClient, url: string, { signal }: Options = {}): Promise<void> {
  await client.postJson(Challenge, url, {}, { signal });
}

/** Hands in the certificate request (DER) of an order that is ready. */
export async function finalizeOrder(
  client: AcmeClient,
  finalizeUrl: string,
  csr: Buffer,
  { signal }: Options = {},
): Promise<void> {
  await client.postJson(Order, finalizeUrl, { csr: csr.toString("base64url") }, { signal });
}

/** The chain as PEM, leaf first. */
export async function downloadChain(client: AcmeClient, url: string, { signal }: Options = {}): Promise<string> {
  const accept = "application/pem-certificate-chain";
  const answer = await client.post(url, undefined, { signal, accept });
  return answer.body.toString("utf8");
}

/** Numbers of RFC 5280's reasons, those that a holder may give. */
const REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
} as const;
export type RevocationReason = keyof typeof REASONS;

/** Revokes a certificate (DER). One that is revoked already is fine. */
export async function revokeCertificate(
  client: AcmeClient,
  certificate: Buffer,
  { signal, reason }: Options & { reason: RevocationReason },
): Promise<void> {
  const { revokeCert } = await client.directory(signal);
  const payload = { certificate: certificate.toString("base64url"), reason: REASONS[reason] };
  try {
    await client.post(revokeCert, payload, { signal });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "acme.alreadyRevoked")) throw error;
  }
}
