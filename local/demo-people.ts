import { rememberUser } from "#lib/access/commands/remember-user.ts";
import type { Role, UserActor } from "#lib/access/types.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ACCOUNTS, attributesOf, emailOf } from "./idp/accounts.ts";
import type { WorldFile } from "./world-file.ts";

const ROLES: Record<string, Role> = { sam: "staff", mark: "manager", ada: "admin" };

/** One of the demo's people, as at their first sign-in: what a person may do is asked of a person. */
export async function findPerson({ world }: WorldFile, id: "sam" | "mark" | "ada"): Promise<UserActor> {
  const account = ACCOUNTS.find((one) => one.id === id);
  if (!account) throw new Error(`The demo has no ${id}.`);
  const roles = [ROLES[id] ?? "viewer"];
  const attributes = new Map(Object.entries(attributesOf(account)).map(([name, value]) => [name, [value].flat()]));
  const identity = {
    ...{ issuer: `${world.idpUrl}/metadata`, nameId: emailOf(account), attributes },
    ...{ nameIdFormat: null, sessionIndex: null, sessionEndsAt: null, assertionId: "", usableUntil: new Date() },
  };
  const { user } = await transaction((tx) => rememberUser(tx, identity, roles));
  const { id: userId, email, displayName: name } = user;
  return { kind: "user", id: userId, name, email, roles, via: "token", sessionId: "", requestId: "demo" };
}
