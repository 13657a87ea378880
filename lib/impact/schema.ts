import { z } from "zod";
import { SERVICE_STATES } from "#lib/services/constants.ts";
import { DEPENDENCY_KINDS } from "./constants.ts";

const edge = z.object({
  fromId: z.string(),
  toId: z.string(),
  kind: z.enum(DEPENDENCY_KINDS),
  reason: z.string(),
  source: z.enum(["declared", "seen"]),
});

const node = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(SERVICE_STATES),
  ownerName: z.string(),
});

/** A service, everything it needs and everything that needs it, however far away. */
export const impactView = z.object({
  service: node,
  nodes: z.array(node),
  edges: z.array(edge),
  /** More services are touched than are shown. */
  more: z.number().int(),
  mayEdit: z.boolean(),
  version: z.number().int(),
  /** Names to choose from. */
  choices: z.array(z.string()),
});

const touched = z.object({ service: z.string(), ownerName: z.string(), kind: z.string(), reason: z.string() });

/** What the service of a draft would touch. */
export const draftImpact = z.object({
  needs: z.array(touched),
  neededBy: z.array(touched),
  /** As somebody wrote it down, in their own words. */
  affects: z.array(z.object({ service: z.string(), note: z.string() })),
});

/** All that was written down, as it is to be from now on. */
export const saveDependenciesSchema = z.strictObject({
  version: z.int(),
  dependsOn: z
    .array(
      z.strictObject({
        service: z.string().max(60),
        kind: z.enum(DEPENDENCY_KINDS),
        reason: z.string().trim().max(300).default(""),
      }),
    )
    .max(100)
    .superRefine((rows, ctx) => {
      const seen = new Set<string>();
      for (const [index, { service }] of rows.entries()) {
        if (seen.has(service))
          ctx.addIssue({ code: "custom", path: [index, "service"], message: `${service} is listed twice.` });
        seen.add(service);
      }
    }),
});
