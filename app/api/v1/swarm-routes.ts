import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { readSwarm } from "#lib/swarm/queries.ts";

const instant = z.iso.datetime();

const taskView = z.object({
  id: z.string(),
  slot: z.number().int().nullable(),
  node: z.string().nullable(),
  state: z.string(),
  desiredState: z.string(),
  error: z.string().nullable(),
  image: z.string(),
  at: instant,
});

const read = defineRoute({
  method: "GET",
  path: "/swarm",
  action: "swarm.read",
  summary: "Nodes, services and tasks, as a worker last saw them.",
  output: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        hostname: z.string(),
        role: z.string(),
        state: z.string(),
        availability: z.string(),
        labels: z.record(z.string(), z.string()),
        observedAt: instant,
      }),
    ),
    services: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        stack: z.string().nullable(),
        image: z.string(),
        digest: z.string().nullable(),
        desired: z.number().int(),
        running: z.number().int(),
        updateState: z.string().nullable(),
        updatedAt: instant,
        observedAt: instant,
        tasks: z.array(taskView),
      }),
    ),
  }),
  handler: ({ actor }) => readSwarm(actor),
});

export const swarmRoutes = [read] as const;
