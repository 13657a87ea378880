import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { notePresence } from "#lib/access/commands/note-presence.ts";
import type { UserActor } from "#lib/access/types.ts";
import { authenticate } from "#lib/api/authenticate.ts";
import { requestIdOf } from "#lib/api/request-id.ts";
import { PATH_HEADER } from "#lib/api/request-path.ts";

/** Who reads the page, asked once a request; null when nobody is signed in. */
export const currentActor = cache(async (): Promise<UserActor | null> => {
  const given = await headers();
  const actor = await authenticate(given, requestIdOf(given));
  if (actor) notePresence();
  return actor;
});

/** Who reads the page; sends strangers to the sign-in page, and back here afterwards. */
export async function requireActor(): Promise<UserActor> {
  const actor = await currentActor();
  if (actor) return actor;
  const path = (await headers()).get(PATH_HEADER) ?? "/";
  redirect(path === "/" ? "/sign-in" : `/sign-in?returnTo=${encodeURIComponent(path)}`);
}
