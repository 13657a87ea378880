import { defineRoute } from "#lib/api/define-route.ts";
import { getHome } from "#lib/services/queries/get-home.ts";
import { homeView } from "#lib/services/schema/views.ts";

const read = defineRoute({
  method: "GET",
  path: "/home",
  action: "home.read",
  summary: "What waits for the reader, what is in motion, and how everything is.",
  output: homeView,
  handler: ({ actor }) => getHome(actor),
});

export const homeRoutes = [read] as const;
