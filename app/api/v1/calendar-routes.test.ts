import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { createAsks } from "#lib/releases/testing/deployment-asks.ts";
import { createPromotable } from "#lib/releases/testing/proposals.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("calendar", { DATABASE_POOL_SIZE: "20" });
const { ask, compare } = createAsks(createApi(ROUTES));
let people: People;
beforeAll(async () => {
  people = await createPeople();
});

const HOUR_MS = 3_600_000;

describe("rules and the calendar", () => {
  it("are read by all and kept by few; a rule that cannot be read is not taken", async () => {
    await createPromotable(people.owner.actor);
    const repeated = (more: object) => ({
      ...{ effect: "allow", serviceName: null, environment: "nowhere", reason: "Office hours" },
      time: { kind: "repeated", cron: "0 9 * * 1-5", timeZone: "Europe/Helsinki", minutes: 480, ...more },
    });
    for (const wrong of [{ cron: "often" }, { timeZone: "Mars/Base" }, { cron: "0 0 31 2 *" }, { cron: "* * * * *" }])
      expect((await ask(people.manager, "POST", "/calendar-rules", repeated(wrong))).status).toBe(422);
    const { json } = await ask(people.manager, "POST", "/calendar-rules", repeated({}));
    const rule = json.rules.find((row: { environment: string }) => row.environment === "nowhere");
    expect(rule.next).not.toBeNull();
    const span = `from=${new Date(Date.now() - HOUR_MS).toISOString()}&until=${new Date(Date.now() + 7 * 24 * HOUR_MS).toISOString()}`;
    const { json: calendar } = await ask(people.outsider, "GET", `/deployments/calendar?${span}`);
    const periods = calendar.periods.filter((one: { ruleId: string }) => one.ruleId === rule.id);
    expect(periods.length).toBeGreaterThanOrEqual(5);
    expect(calendar.deployments.length).toBeGreaterThan(0);
    expect((await ask(people.outsider, "DELETE", `/calendar-rules/${rule.id}`)).status).toBe(403);
    expect((await ask(people.manager, "DELETE", `/calendar-rules/${rule.id}`)).status).toBe(200);
    expect((await ask(people.manager, "DELETE", `/calendar-rules/${rule.id}`)).status).toBe(404);
  });

  it("are changed without a moment between the old and the new, which two people cannot do to one rule", async () => {
    const rule = (reason: string, time: object) => ({
      effect: "deny",
      serviceName: null,
      environment: "far",
      reason,
      time,
    });
    const soon = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
    const { json: before } = await ask(
      people.manager,
      "POST",
      "/calendar-rules",
      rule("Quarter", { kind: "once", from: soon(1), until: soon(5) }),
    );
    const far = (json: { rules: { id: string; environment: string }[] }) =>
      json.rules.filter(({ environment }) => environment === "far");
    const path = `/calendar-rules/${far(before)[0]?.id}`;
    const longer = rule("Quarter", { kind: "once", from: soon(1), until: soon(50) });
    expect((await ask(people.outsider, "PUT", path, longer)).status).toBe(403);
    const past = rule("Quarter", { kind: "once", from: soon(-5), until: soon(-1) });
    expect((await ask(people.manager, "PUT", path, past)).json.error.fields).toHaveProperty(["time.until"]);
    const both = await Promise.all([
      ask(people.manager, "PUT", path, longer),
      ask(people.manager, "PUT", path, longer),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    const { json: after } = await ask(people.outsider, "GET", "/calendar-rules");
    expect(far(after)).toMatchObject([{ reason: "Quarter", time: longer.time }]);
  });

  it("say how many have to approve, and never fewer than one outside staging", async () => {
    const body = { environment: "production", risk: "none", approvals: 0 };
    expect((await ask(people.manager, "POST", "/approval-rules", body)).status).toBe(403);
    const { json } = await ask(people.admin, "POST", "/approval-rules", body);
    expect(json).toMatchObject({ least: 1, mayManage: true });
    const { release } = await createPromotable(people.owner.actor);
    expect((await compare(people.owner, release)).json.needed).toBe(1);
    const made = json.rules.find((rule: { approvals: number }) => rule.approvals === 0);
    const path = `/approval-rules/${made.id}`;
    expect((await ask(people.admin, "PUT", path, { ...body, approvals: 3 })).status).toBe(200);
    expect((await compare(people.owner, release)).json.needed).toBe(3);
    expect((await ask(people.admin, "DELETE", path)).status).toBe(200);
    expect((await compare(people.owner, release)).json.needed).toBe(1);
    expect((await ask(people.admin, "PUT", `/approval-rules/${randomUUID()}`, body)).status).toBe(404);
  });
});
