import type { z } from "zod";
import type { AnyStep, StepDefinition } from "./types.ts";

const DEFAULT_ATTEMPTS = 8;
const DEFAULT_TIMEOUT_MS = 15 * 60_000;

/**
 * Declares a step. Listing it (docs/adding-a-step.md) is enough for the wizard's dry run, the engine, the log view and the
 * decommissioning. The input is parsed here again, in the worker, before any verb sees it.
 */
export function defineStep<I extends z.ZodType, O>(definition: StepDefinition<I, O>): AnyStep {
  const { input, plan, apply, verify, undo, findLeft } = definition;
  return {
    name: definition.name,
    queue: definition.queue,
    input,
    maxAttempts: definition.maxAttempts ?? DEFAULT_ATTEMPTS,
    timeoutMs: definition.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    plan: async (raw, ctx) => plan(input.parse(raw), ctx),
    apply: async (raw, ctx) => apply(input.parse(raw), ctx),
    verify: async (raw, ctx) => verify(input.parse(raw), ctx),
    undo: async (resources, raw, ctx) => undo(resources, input.parse(raw), ctx),
    ...(findLeft ? { findLeft: async (resource, raw, ctx) => findLeft(resource, input.parse(raw), ctx) } : {}),
  };
}
