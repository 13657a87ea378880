import type { KeyObject } from "node:crypto";
import {
  type AccountBinding,
  type AccountFacts,
  findAccount,
  registerAccount,
} from "#lib/integrations/acme/accounts.ts";
import { AcmeClient } from "#lib/integrations/acme/client.ts";
import { computeThumbprint } from "#lib/integrations/acme/jws.ts";
import { createKeyPem, readKey } from "#lib/integrations/acme/keys.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { redactKey } from "./redact-key.ts";

export interface Account {
  client: AcmeClient;
  url: string;
  ordersUrl: string | undefined;
}

/** Accounts this process has looked up, by directory and key. */
const known = new Map<string, Account>();

const keyNameOf = (directoryUrl: string) => `acme.${new URL(directoryUrl).host}.account_key`;
/** A key that the authority was asked to change to, from before it was asked until its answer is known. */
export const nextKeyNameOf = (directoryUrl: string) => `${keyNameOf(directoryUrl)}.next`;

function readConfiguredKey(pem: string): KeyObject {
  try {
    // Environment files often carry the line breaks as \n.
    return readKey(pem.replaceAll("\\n", "\n"));
  } catch (cause) {
    throw new AppError({
      code: "acme.account_key_unreadable",
      message: "The key in LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM cannot be read.",
      advice: "Give an EC or RSA private key as PEM, or leave it empty: the panel then makes one.",
      retry: "needs_person",
      cause,
    });
  }
}

/** Somebody else stored the key a moment before. */
class StoredMeanwhile extends Error {}

/** Stores a key unless there is one, also of somebody whose transaction ends while this one goes on. */
async function storeFirst(ctx: StepContext, name: string, value: string): Promise<void> {
  try {
    await ctx.write(async (tx) => {
      await storeSecret(tx, { name, value, serviceId: null });
      // Asked after storing: one that was stored between two reads of this transaction is seen too.
      if ((await tx.secret.count({ where: { name, deletedAt: null } })) > 1) throw new StoredMeanwhile();
    });
  } catch (error) {
    if (!(error instanceof StoredMeanwhile || isDuplicate(error))) throw error;
  }
}

/** The panel's own key for a directory, made once. Of two workers that make one at the same time, the first one's counts. */
export async function ensureOwnKey(ctx: StepContext, name: string): Promise<KeyObject> {
  const read = async () => (await findSecret(db(), name))?.value.toString();
  let pem = await read();
  if (!pem) {
    const made = await createKeyPem();
    redactKey(ctx, made);
    await storeFirst(ctx, name, made);
    pem = await read();
  }
  if (!pem) throw new Error(`The secret ${name} vanished while it was read`);
  redactKey(ctx, pem);
  return readKey(pem);
}

const createClient = (accountKey: KeyObject) => {
  const { LETS_ENCRYPT_DIRECTORY_URL: directoryUrl, LETS_ENCRYPT_CA_FILE: caFile } = config();
  return new AcmeClient({ directoryUrl, accountKey, caFile });
};

/**
 * A worker died between asking for another key and hearing the answer: the authority says which key it knows. When it is the new
 * one, that becomes the account's. The old one alone must never be shown to newAccount then: it would make a second account.
 */
export async function settleKeyChange(ctx: StepContext, directoryUrl: string): Promise<"changed" | "unchanged"> {
  const [name, nextName] = [keyNameOf(directoryUrl), nextKeyNameOf(directoryUrl)];
  const next = await findSecret(db(), nextName);
  if (!next) return "unchanged";
  const pem = next.value.toString();
  redactKey(ctx, pem);
  const found = await findAccount(createClient(readKey(pem)), ctx);
  if (!found) return "unchanged";
  await ctx.write(async (tx) => {
    // Two that find it at the same time: the second has nothing left to do.
    if ((await findSecret(tx, nextName))?.id !== next.id) return;
    await deleteSecret(tx, name);
    await storeSecret(tx, { name, value: pem, serviceId: null });
    await deleteSecret(tx, nextName);
    await tx.acmeAccount.upsert({
      where: { directoryUrl },
      create: { directoryUrl, accountUrl: found.url, rolledAt: new Date() },
      update: { accountUrl: found.url, rolledAt: new Date() },
    });
  });
  known.clear();
  ctx.log.info("The authority knows the account by its new key; the old one is destroyed");
  return "changed";
}

function findBinding(): AccountBinding | undefined {
  const { LETS_ENCRYPT_EAB_KEY_ID: keyId, LETS_ENCRYPT_EAB_HMAC_KEY: hmacKey } = config();
  return keyId && hmacKey ? { keyId, hmacKey } : undefined;
}

async function readAccountKey(ctx: StepContext): Promise<KeyObject> {
  const { LETS_ENCRYPT_DIRECTORY_URL: directoryUrl, LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM: configured } = config();
  if (configured) return readConfiguredKey(configured);
  await settleKeyChange(ctx, directoryUrl);
  return ensureOwnKey(ctx, keyNameOf(directoryUrl));
}

async function noteAccount(ctx: StepContext, directoryUrl: string, accountUrl: string): Promise<void> {
  const where = { directoryUrl };
  const note = () =>
    ctx.write((tx) => tx.acmeAccount.upsert({ where, create: { ...where, accountUrl }, update: { accountUrl } }));
  // Of two that note the first account at the same moment one is refused, and then finds the row.
  await note().catch((error: unknown) => (isDuplicate(error) ? note() : Promise.reject(error)));
}

const toKey = (directoryUrl: string, accountKey: KeyObject) => `${directoryUrl} ${computeThumbprint(accountKey)}`;

/** A client that speaks for the panel's one account at the directory of the settings; the account is made when missing. */
export async function openAccount(ctx: StepContext): Promise<Account> {
  const { LETS_ENCRYPT_DIRECTORY_URL: directoryUrl, LETS_ENCRYPT_ACCOUNT_EMAIL: email } = config();
  const accountKey = await readAccountKey(ctx);
  const key = toKey(directoryUrl, accountKey);
  const present = known.get(key);
  if (present) return present;
  const client = createClient(accountKey);
  await ctx.guard();
  const facts: AccountFacts = await registerAccount(client, { email, binding: findBinding(), signal: ctx.signal });
  const { url, ordersUrl } = facts;
  await noteAccount(ctx, directoryUrl, url);
  ctx.log.info(`Account at ${new URL(directoryUrl).host}: ${url}`);
  const account = { client, url, ordersUrl };
  known.set(key, account);
  return account;
}

/** The authority does not know the account any more: the next openAccount asks it anew. */
export function forgetAccounts(): void {
  known.clear();
}

/** Whether the account has another key by now than the one a client speaks with. */
async function hasOtherKey(ctx: StepContext, { client }: Account): Promise<boolean> {
  return computeThumbprint(await readAccountKey(ctx)) !== computeThumbprint(client.accountKey);
}

/**
 * Does something with the account; once more with a new look at it when the authority has lost the account (a test server that
 * was restarted), or when its key was changed meanwhile.
 */
export async function withAccount<T>(ctx: StepContext, work: (account: Account) => Promise<T>): Promise<T> {
  const account = await openAccount(ctx);
  try {
    return await work(account);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError && error.code.startsWith("acme."))) throw error;
    const isLost = error.code === "acme.accountDoesNotExist";
    if (!isLost && !(error.retry === "permanent" && (await hasOtherKey(ctx, account)))) throw error;
    forgetAccounts();
    return work(await openAccount(ctx));
  }
}
