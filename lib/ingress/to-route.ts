import type { Route } from "#lib/integrations/ingress/types.ts";
import type { RouteInput } from "./schema.ts";

export const upstreamOf = ({ upstreamHost, upstreamPort }: RouteInput) =>
  upstreamHost.includes(":") ? `[${upstreamHost}]:${upstreamPort}` : `${upstreamHost}:${upstreamPort}`;

/** The step's input as the ingress knows it. */
export const toRoute = (input: RouteInput): Route => ({
  id: input.routeId,
  hostnames: input.hostnames,
  upstream: upstreamOf(input),
  tls: input.certificateNames !== null,
});
