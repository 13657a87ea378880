import type { KeyObject } from "node:crypto";
import { AppError } from "#lib/platform/errors.ts";
import type { AcmeClient } from "./client.ts";
import { signBinding, signKeyChange } from "./jws.ts";
import { Account } from "./schema.ts";

interface Options {
  signal?: AbortSignal | undefined;
}

/** What an authority's customer is given so that accounts can be bound to theirs. */
export interface AccountBinding {
  keyId: string;
  /** base64url. */
  hmacKey: string;
}

export interface AccountFacts {
  url: string;
  ordersUrl: string | undefined;
}

/** Makes the account for this key, or finds the one it has. Safe to call any number of times. */
export async function registerAccount(
  client: AcmeClient,
  { email, binding, signal }: Options & { email: string; binding?: AccountBinding | undefined },
): Promise<AccountFacts> {
  const { newAccount, meta } = await client.directory(signal);
  if (meta?.externalAccountRequired && !binding)
    throw new AppError({
      code: "acme.externalAccountRequired",
      message: "This certificate authority wants accounts to be bound to one of its own.",
      advice: "Give LETS_ENCRYPT_EAB_KEY_ID and LETS_ENCRYPT_EAB_HMAC_KEY, which the authority shows its customers.",
      retry: "needs_person",
    });
  const externalAccountBinding = binding && signBinding(client.accountKey, { url: newAccount, ...binding });
  const { value, location } = await client.postJson(
    Account,
    newAccount,
    {
      termsOfServiceAgreed: true,
      contact: [`mailto:${email}`],
      ...(externalAccountBinding ? { externalAccountBinding } : {}),
    },
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

/** The account that the authority knows this key for; undefined when it knows none. Makes none. */
export async function findAccount(client: AcmeClient, { signal }: Options = {}): Promise<AccountFacts | undefined> {
  const { newAccount } = await client.directory(signal);
  try {
    const { value, location } = await client.postJson(
      Account,
      newAccount,
      { onlyReturnExisting: true },
      { signal, withoutAccount: true },
    );
    if (!location || value.status !== "valid") return undefined;
    return { url: location, ordersUrl: value.orders };
  } catch (error) {
    if (error instanceof AppError && error.code === "acme.accountDoesNotExist") return undefined;
    throw error;
  }
}

/** Gives the account of this client another key. From then on the authority knows the account by that one only. */
export async function changeAccountKey(client: AcmeClient, newKey: KeyObject, { signal }: Options = {}): Promise<void> {
  const { keyChange } = await client.directory(signal);
  if (!keyChange || !client.accountUrl)
    throw new AppError({
      code: "acme.no_key_change",
      message: "This certificate authority does not let accounts change their key.",
      retry: "permanent",
    });
  const inner = signKeyChange(newKey, { url: keyChange, account: client.accountUrl, oldKey: client.accountKey });
  await client.post(keyChange, inner, { signal });
}
