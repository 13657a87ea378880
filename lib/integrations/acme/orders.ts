import { AppError } from "#lib/platform/errors.ts";
import type { AcmeClient } from "./client.ts";
import { Account, Authorization, Challenge, Order, OrderList } from "./schema.ts";

const MAX_LIST_PAGES = 50;

interface Options {
  signal?: AbortSignal | undefined;
}

/** Makes the account for this key, or finds the one it has. Safe to call any number of times. */
export async function registerAccount(
  client: AcmeClient,
  { email, signal }: Options & { email: string },
): Promise<{ url: string; ordersUrl: string | undefined }> {
  const { newAccount } = await client.directory(signal);
  const { value, location } = await client.postJson(
    Account,
    newAccount,
    { termsOfServiceAgreed: true, contact: [`mailto:${email}`] },
    { signal, withoutAccount: true },
  );
  if (!location || value.status !== "valid")
    throw new AppError({
      code: "acme.account_unusable",
      message: `The certificate authority says the panel's account is ${value.status}.`,
      advice: "Give another key in LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM, then retry.",
      retry: "needs_person",
    });
  client.accountUrl = location;
  return { url: location, ordersUrl: value.orders };
}

/** Begins an order. The URL is all that is needed to go on after a crash: store it before anything else. */
export async function createOrder(
  client: AcmeClient,
  names: readonly string[],
  { signal }: Options = {},
): Promise<{ url: string; order: Order }> {
  const { newOrder } = await client.directory(signal);
  const identifiers = names.map((value) => ({ type: "dns", value }));
  const { value, location } = await client.postJson(Order, newOrder, { identifiers }, { signal });
  if (!location)
    throw new AppError({
      code: "acme.unreadable",
      message: "The certificate authority made an order and did not say where it is.",
      retry: "retry",
    });
  return { url: location, order: value };
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

/** Reason 5 of RFC 5280: the service is no more. */
const CESSATION_OF_OPERATION = 5;

/** Revokes a certificate (DER). One that is revoked already is fine. */
export async function revokeCertificate(
  client: AcmeClient,
  certificate: Buffer,
  { signal, reason = CESSATION_OF_OPERATION }: Options & { reason?: number } = {},
): Promise<void> {
  const { revokeCert } = await client.directory(signal);
  try {
    await client.post(revokeCert, { certificate: certificate.toString("base64url"), reason }, { signal });
  } catch (error) {
    if (!(error instanceof AppError && /alreadyRevoked/.test(error.detail ?? ""))) throw error;
  }
}
