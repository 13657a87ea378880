import type { KeyObject } from "node:crypto";
import { AcmeClient } from "#lib/integrations/acme/client.ts";
import { computeThumbprint } from "#lib/integrations/acme/jws.ts";
import { createKeyPem, readKey } from "#lib/integrations/acme/keys.ts";
import { registerAccount } from "#lib/integrations/acme/orders.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
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

/** The panel's own key for a directory, made once. Of two workers that make one at the same time, the first one's counts. */
async function ensureOwnKey(ctx: StepContext, directoryUrl: string): Promise<KeyObject> {
  const name = `acme.${new URL(directoryUrl).host}.account_key`;
  const read = async () => (await findSecret(db(), name))?.value.toString();
  let pem = await read();
  if (!pem) {
    const made = createKeyPem();
    redactKey(ctx, made);
    try {
      pem = await ctx.write(async (tx) => {
        const present = await findSecret(tx, name);
        if (present) return present.value.toString();
        await storeSecret(tx, { name, value: made, serviceId: null });
        return made;
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      pem = await read();
    }
  }
  if (!pem) throw new Error(`The secret ${name} vanished while it was read`);
  redactKey(ctx, pem);
  return readKey(pem);
}

/** A client that speaks for the panel's one account at the directory of the settings; the account is made when missing. */
export async function openAccount(ctx: StepContext): Promise<Account> {
  const settings = config();
  const directoryUrl = settings.LETS_ENCRYPT_DIRECTORY_URL;
  const configured = settings.LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM;
  const accountKey = configured ? readConfiguredKey(configured) : await ensureOwnKey(ctx, directoryUrl);
  const key = `${directoryUrl} ${computeThumbprint(accountKey)}`;
  const present = known.get(key);
  if (present) return present;
  const client = new AcmeClient({ directoryUrl, accountKey, caFile: settings.LETS_ENCRYPT_CA_FILE });
  await ctx.guard();
  const { url, ordersUrl } = await registerAccount(client, {
    email: settings.LETS_ENCRYPT_ACCOUNT_EMAIL,
    signal: ctx.signal,
  });
  await ctx.write((tx) =>
    tx.acmeAccount.upsert({
      where: { directoryUrl },
      create: { directoryUrl, accountUrl: url },
      update: { accountUrl: url },
    }),
  );
  ctx.log.info(`Account at ${new URL(directoryUrl).host}: ${url}`);
  const account = { client, url, ordersUrl };
  known.set(key, account);
  return account;
}

/** The authority does not know the account any more: the next openAccount asks it anew. */
export function forgetAccounts(): void {
  known.clear();
}
