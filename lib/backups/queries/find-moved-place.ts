import { db } from "#lib/platform/db/client.ts";
import { findPlace } from "#lib/runs/queries/find-place.ts";

/** The host a service's environment was moved to; null: it never was. */
export const findMovedPlace = (serviceId: string, environment: string) => findPlace(db(), serviceId, environment);
