import { describe, expect, it } from "vitest";
import type { OrderView } from "#lib/certificates/types.ts";
import { explainProblem, stepsOf } from "./order-words.ts";

const at = (second: number) => new Date(Date.UTC(2027, 0, 1, 0, 0, second)).toISOString();
const phase = (name: string, from: number, to: number | null) => ({
  phase: name,
  startedAt: at(from),
  finishedAt: to === null ? null : at(to),
  detail: null,
});
const order = (more: Partial<OrderView>): OrderView => ({
  ...{ id: "1", purpose: "issue", state: "pending", phase: "order", phases: [], runId: 1, problem: null },
  ...{ serial: null, isCurrent: false, createdAt: at(0), finishedAt: null },
  ...more,
});
const states = (of: OrderView | undefined, isWorking: boolean) => stepsOf(of, isWorking).map((step) => step.state);

describe("the steps of an order", () => {
  it("all wait before it was placed", () => {
    expect(new Set(states(undefined, true))).toEqual(new Set(["waiting"]));
  });

  it("are done, running and waiting while it is worked on", () => {
    const going = order({
      phase: "servers",
      phases: [phase("order", 0, 1), phase("challenges", 1, 2), phase("servers", 2, null)],
    });
    expect(states(going, true).slice(0, 4)).toEqual(["done", "done", "running", "waiting"]);
    expect(states(going, false)[2]).toBe("waiting");
  });

  it("that an order did not need are skipped once it is through", () => {
    const through = order({ state: "valid", phase: "stored", phases: [phase("order", 0, 1), phase("stored", 1, 2)] });
    expect(states(through, false)).toEqual([
      ...["done", "skipped", "skipped", "skipped", "skipped", "done", "skipped", "skipped"],
    ]);
  });

  it("end at the one that failed, though the proof was removed after it", () => {
    const failed = order({
      state: "invalid",
      phase: "validation",
      phases: [phase("order", 0, 1), phase("challenges", 1, 2), phase("validation", 2, 3), phase("cleaned", 3, 4)],
    });
    expect(states(failed, false)).toEqual([
      ...["done", "done", "skipped", "failed", "skipped", "skipped", "done", "skipped"],
    ]);
  });
});

it("says what the authority's kinds of problem mean, and nothing of kinds it does not know", () => {
  expect(explainProblem("urn:ietf:params:acme:error:caa")).toMatch(/CAA record/);
  expect(explainProblem("urn:ietf:params:acme:error:novel")).toBeUndefined();
  expect(explainProblem("about:blank")).toBeUndefined();
  expect(explainProblem(null)).toBeUndefined();
});
