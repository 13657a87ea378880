import { documentRoutes } from "./document-routes.ts";
import { draftsRoutes } from "./drafts-routes.ts";
import { sessionRoutes } from "./session-routes.ts";

/** Every endpoint of the API. A route that is not here does not exist. */
export const ROUTES = [...documentRoutes, ...draftsRoutes, ...sessionRoutes] as const;

/** For the browser's client, imported as a type only. */
export type ApiRoutes = (typeof ROUTES)[number];
