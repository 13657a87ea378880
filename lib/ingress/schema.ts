import { z } from "zod";

const hostname = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "is not a host name");

/** Input of the step `ingress.route`: the public names of a service, and where it answers. */
export const routeInputSchema = z.strictObject({
  /** The reverse proxy as it was when the plan was reviewed. */
  kind: z.enum(["caddy", "traefik"]),
  /** Of the service and its environment; letters, digits and hyphens. */
  routeId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/),
  hostnames: z.array(hostname).min(1).max(100),
  upstreamHost: z.string().regex(/^[A-Za-z0-9_.:-]{1,253}$/, "is not a host"),
  upstreamPort: z.number().int().min(1).max(65_535),
  /** Names of the service's certificate; null: it has none and is served by plain HTTP. */
  certificateNames: z.array(z.string().min(1).max(253)).min(1).max(100).nullable(),
});
export type RouteInput = z.output<typeof routeInputSchema>;
