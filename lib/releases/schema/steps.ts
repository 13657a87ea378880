import { z } from "zod";

export const resolveInputSchema = z.object({ releaseId: z.uuid() });
export type ResolveInput = z.output<typeof resolveInputSchema>;

export const stageInputSchema = z.object({ releaseId: z.uuid(), environment: z.string().max(20) });
export type StageInput = z.output<typeof stageInputSchema>;

/** Of every step of a deployment's run: all else is read from its row, which is sealed. */
export const deployStepInputSchema = z.object({ deploymentId: z.uuid() });
export type DeployStepInput = z.output<typeof deployStepInputSchema>;
