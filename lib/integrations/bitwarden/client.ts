import type { BitwardenClient } from "@bitwarden/sdk-napi";
import { AppError } from "#lib/platform/errors.ts";

export interface BitwardenAccount {
  apiUrl: string;
  identityUrl: string;
  /** Of a machine account that may read and write the project. */
  accessToken: string;
  organizationId: string;
  projectId: string;
}

export interface BitwardenSecret {
  id: string;
  key: string;
  value: string;
  note: string;
}

const TIMEOUT_MS = 30_000;
/** Errors only: more would be said on the process's own output. */
const LOG_ERRORS = 4;
const STATUS = /\[(\d{3})\b/;

/**
 * Its errors hold whole answers of the server, tokens among them: of their words only the status goes on.
 */
function toBitwardenError(error: unknown, what: string): AppError {
  const words = error instanceof Error ? error.message : "";
  const status = Number(STATUS.exec(words)?.[1] ?? 0);
  const refused =
    status === 400 || status === 401 || status === 403 || /access token is not in a valid format/i.test(words);
  if (status === 404)
    return new AppError({
      code: "bitwarden.not_found",
      message: `Bitwarden could not ${what}: it is not there.`,
      status: 404,
    });
  if (refused)
    return new AppError({
      code: "bitwarden.refused",
      message: `Bitwarden refused to ${what}${status ? ` (${status})` : ""}.`,
      advice:
        "Look whether BITWARDEN_ACCESS_TOKEN is still valid, and whether its machine account may read and write the project of BITWARDEN_PROJECT_ID.",
      retry: "needs_person",
    });
  return new AppError({
    code: "bitwarden.unreachable",
    message: status
      ? `Bitwarden could not ${what}: it answered ${status}.`
      : `Bitwarden does not answer, so it could not ${what}.`,
    advice: "It is tried again by itself. Look at BITWARDEN_API_URL and BITWARDEN_IDENTITY_URL when it never works.",
    retry: "retry",
    status: 503,
  });
}

/** The SDK takes no signal: what is given up is left to end by itself. */
function limited<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(either.reason);
    either.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => either.removeEventListener("abort", stop));
  });
}

const signedIn = new Map<string, Promise<BitwardenClient>>();

async function signIn({ apiUrl, identityUrl, accessToken }: BitwardenAccount): Promise<BitwardenClient> {
  // Native code: only whoever needs it loads it.
  const sdk = await import("@bitwarden/sdk-napi");
  const client = new sdk.BitwardenClient({ apiUrl, identityUrl, userAgent: "Seaworthy" }, LOG_ERRORS);
  await client.auth().loginAccessToken(accessToken);
  return client;
}

/** One sign-in a process; the SDK renews it. */
function openClient(account: BitwardenAccount): Promise<BitwardenClient> {
  const key = `${account.identityUrl} ${account.apiUrl} ${account.accessToken}`;
  const known = signedIn.get(key);
  if (known) return known;
  const made = signIn(account);
  signedIn.set(key, made);
  made.catch(() => signedIn.delete(key));
  return made;
}

async function ask<T>(
  account: BitwardenAccount,
  what: string,
  signal: AbortSignal,
  work: (client: BitwardenClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  try {
    return await limited(openClient(account).then(work), signal);
  } catch (error) {
    signal.throwIfAborted();
    const known = toBitwardenError(error, what);
    // Whatever it was, the next try signs in anew.
    if (known.code !== "bitwarden.not_found") signedIn.clear();
    throw known;
  }
}

/** Ids and names of every secret the account may see. */
export const listBitwarden = (account: BitwardenAccount, signal: AbortSignal): Promise<{ id: string; key: string }[]> =>
  ask(
    account,
    "list its secrets",
    signal,
    async (client) => (await client.secrets().list(account.organizationId)).data,
  );

/** null: there is none of that id. */
export async function readBitwarden(
  account: BitwardenAccount,
  id: string,
  signal: AbortSignal,
): Promise<BitwardenSecret | null> {
  try {
    return await ask(account, "read a secret", signal, (client) => client.secrets().get(id));
  } catch (error) {
    if (error instanceof AppError && error.code === "bitwarden.not_found") return null;
    throw error;
  }
}

/** `id`: the secret that gets this content; null: a new one. */
export async function writeBitwarden(
  account: BitwardenAccount,
  { id, key, value, note }: Omit<BitwardenSecret, "id"> & { id: string | null },
  signal: AbortSignal,
): Promise<{ id: string }> {
  const { organizationId, projectId } = account;
  return ask(account, `keep ${key}`, signal, (client) =>
    id === null
      ? client.secrets().create(organizationId, key, value, note, [projectId])
      : client.secrets().update(organizationId, id, key, value, note, [projectId]),
  );
}

/** One that is not there is fine too. */
export async function removeBitwarden(account: BitwardenAccount, id: string, signal: AbortSignal): Promise<void> {
  try {
    await ask(account, "delete a secret", signal, (client) => client.secrets().delete([id]));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "bitwarden.not_found") throw error;
  }
}
