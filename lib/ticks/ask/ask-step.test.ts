import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { type AskOptions, askStep } from "./ask-step.ts";

const CANARY = "canary-4711-secret";
const asked = {
  ...{ id: 7, key: "thing", title: "Make the thing", runId: 3, runTitle: "Provision pad", checkpoint: { at: "here" } },
  ...{ outputs: new Map([["before", 1]]), service: { id: "s", name: "pad" }, environment: "production" },
  listResources: async () => [],
};
const options: AskOptions = {
  ...{ timeoutMs: 200, againMs: 0, doubt: true, signal: new AbortController().signal },
  inTurn: (work) => work(),
};

function stepOf(verify: (ctx: StepContext) => Promise<VerifyResult>) {
  return defineStep({
    ...{ name: "test.thing", queue: "provisioning" as const, input: z.object({ name: z.string() }) },
    plan: async () => ({ changes: [] }),
    apply: async () => {},
    verify: (_input, ctx) => verify(ctx),
    undo: async () => {},
  });
}
const ask = (verify: (ctx: StepContext) => Promise<VerifyResult>, more: Partial<AskOptions> = {}) =>
  askStep(stepOf(verify), { name: "x" }, asked, { ...options, ...more });

describe("asking a step", () => {
  it("gives what it needs to know", async () => {
    const finding = await ask(async (ctx) => ({
      ok: ctx.checkpoint.get<{ at: string }>()?.at === "here" && ctx.output("before") === 1,
      reason: `${ctx.service?.name} ${ctx.environment} ${ctx.run.mode}`,
    }));
    expect(finding).toEqual({ outcome: "true", reason: "pad production verify" });
  });

  it("asks twice before it says no, for what is being replaced is soon there again", async () => {
    let asks = 0;
    expect(await ask(async () => ({ ok: ++asks === 2, reason: `${asks}` }))).toEqual({ outcome: "true", reason: "2" });
    expect(await ask(async () => ({ ok: false, reason: `${++asks}` }))).toEqual({ outcome: "false", reason: "4" });
    // What is known to be wrong needs no second look.
    expect(await ask(async () => ({ ok: false, reason: `${++asks}` }), { doubt: false })).toMatchObject({
      reason: "5",
    });
  });

  it.each<[string, (ctx: StepContext) => Promise<unknown>]>([
    ["guard", (ctx) => ctx.guard()],
    ["write", (ctx) => ctx.write(async () => {})],
    ["ledger", (ctx) => ctx.ledger.record({ kind: "thing", providerId: "x", name: "x" })],
    ["checkpoint", (ctx) => ctx.checkpoint.set({})],
  ])("lets it change nothing: %s", async (_what, change) => {
    const finding = await ask(async (ctx) => {
      await change(ctx);
      return { ok: true, reason: "It wrote." };
    });
    expect(finding.outcome).toBe("unanswered");
  });

  it("tells silence from a no", async () => {
    const down = new AppError({ code: "docker.down", message: "Docker did not answer.", detail: "ECONNREFUSED" });
    expect(await ask(() => Promise.reject(down))).toEqual({
      outcome: "unanswered",
      reason: "Docker did not answer. (ECONNREFUSED)",
    });
    expect(await ask(() => new Promise(() => {}), { timeoutMs: 20 })).toMatchObject({ outcome: "unanswered" });
    const finding = await askStep(
      stepOf(async () => ({ ok: true, reason: "" })),
      { other: 1 },
      asked,
      options,
    );
    expect(finding).toMatchObject({ outcome: "unanswered", reason: expect.stringContaining("no longer fits") });
  });

  it("keeps secrets out of what it writes down", async () => {
    const finding = await ask(async (ctx) => {
      ctx.redact(CANARY);
      return { ok: false, reason: `It answers ${CANARY}.` };
    });
    expect(finding.reason).toBe("It answers [redacted].");
  });
});
