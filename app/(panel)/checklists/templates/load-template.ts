import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActor } from "#app/actor.ts";
import { AppError } from "#lib/platform/errors.ts";
import { getTemplate, type WhichRevision } from "#lib/templates/queries/get-template.ts";
import { templateView } from "#lib/templates/schema/views.ts";

/** Which version an address asks for; what it does not understand is the one in use. */
export function readVersion(value: string | string[] | undefined): WhichRevision {
  if (value === "draft" || value === "built-in") return value;
  return typeof value === "string" && /^[1-9]\d{0,5}$/.test(value) ? Number(value) : "current";
}

/** Asked once for the page and its title. Only what the API would show leaves the server. */
export const loadTemplate = cache(async (key: string, which: WhichRevision) => {
  const actor = await requireActor();
  try {
    return templateView.parse(await getTemplate(actor, decodeURIComponent(key), which));
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
