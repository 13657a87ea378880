import { randomBytes, randomUUID } from "node:crypto";
import { sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { writeRoles } from "../roles.ts";
import type { Role, UserActor } from "../types.ts";

/** Somebody for a test: an account, a session and what a request of theirs carries. */
export interface Person {
  id: string;
  name: string;
  email: string;
  /** For queries and commands. Its roles are those of the account when it was made. */
  actor: UserActor;
  sessionToken: string;
  /** For requests over HTTP, as a page of the panel at http://localhost:8080 sends them. */
  headers: Record<string, string>;
}

interface PersonOptions {
  name: string;
  roles: readonly Role[];
  disabled?: boolean;
  /** The session is over. */
  expired?: boolean;
}

/** One person in the present database, signed in. */
export async function createPerson(options: PersonOptions): Promise<Person> {
  const { name, roles, disabled = false, expired = false } = options;
  const id = randomUUID();
  const sessionId = randomUUID();
  const sessionToken = randomBytes(32).toString("base64url");
  const label = `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${id.slice(0, 8)}`;
  const email = `${label}@example.org`;
  await db().user.create({
    data: {
      id,
      issuer: "https://idp.example.org",
      nameId: email,
      email,
      displayName: name,
      username: label,
      roles: writeRoles(roles),
      disabledAt: disabled ? new Date() : null,
    },
  });
  await db().session.create({
    data: {
      id: sessionId,
      userId: id,
      tokenHash: sha256(sessionToken),
      expiresAt: new Date(Date.now() + (expired ? -1_000 : 3_600_000)),
    },
  });
  return {
    id,
    name,
    email,
    sessionToken,
    actor: { kind: "user", id, name, email, roles, via: "session", sessionId, requestId: `test-${label}` },
    headers: {
      cookie: `seaworthy=${sessionToken}`,
      origin: "http://localhost:8080",
      "sec-fetch-site": "same-origin",
    },
  };
}

const PEOPLE = {
  /** Staff, to whom the test's things belong. */
  owner: { name: "Olga Owner", roles: ["staff"] },
  /** Staff too, with nothing of their own in the test. */
  teammate: { name: "Tom Teammate", roles: ["staff"] },
  /** Only looks. */
  outsider: { name: "Vera Viewer", roles: ["viewer"] },
  manager: { name: "Mark Manager", roles: ["manager"] },
  dba: { name: "Dana Dba", roles: ["dba"] },
  admin: { name: "Ada Admin", roles: ["admin"] },
  /** An administrator whose account was disabled: the session still exists and must open nothing. */
  disabled: { name: "Dora Disabled", roles: ["admin"], disabled: true },
  /** An administrator whose session is over. */
  expired: { name: "Ed Expired", roles: ["admin"], expired: true },
} as const satisfies Record<string, PersonOptions>;

export type People = Record<keyof typeof PEOPLE, Person>;

/** One of each, in the present database. */
export async function createPeople(): Promise<People> {
  const made = await Promise.all(
    Object.entries(PEOPLE).map(async ([key, options]) => [key, await createPerson(options)] as const),
  );
  return Object.fromEntries(made) as People;
}
