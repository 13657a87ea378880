import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createServiceRow } from "../testing/certificates.ts";
import { type CertificateListFilter, listCertificates } from "./list-certificates.ts";
import { readCalendar } from "./read-calendar.ts";

useTestDatabase("certlist");
const DAY_MS = 86_400_000;
let people: People;
let serviceName: string;

beforeAll(async () => {
  people = await createPeople();
  const service = await createServiceRow(people.teammate.id, "pads");
  serviceName = service.name;
  const days = (count: number) => new Date(Date.now() + count * DAY_MS);
  const row = (names: string, more: object) => ({
    ...{ id: randomUUID(), names, state: "issued", ownerId: people.owner.id, serial: `AB${names.length}` },
    ...more,
  });
  await db().certificate.createMany({
    data: [
      row("expired.example.org", { notAfter: days(-3) }),
      row("soon.example.org", { notAfter: days(10), renewalError: "no" }),
      ...Array.from({ length: 5 }, (_, index) => row(`same${index}.example.org`, { notAfter: days(60) })),
      row("late.example.org", { notAfter: days(200) }),
      row("waiting.example.org", { state: "pending" }),
      row("refused.example.org", { state: "failed" }),
      row("gone.example.org", { state: "revoked", notAfter: days(20) }),
      row("pads.example.org", { notAfter: days(40), ownerId: null, serviceId: service.id }),
    ],
  });
});

const namesOf = async (filter: CertificateListFilter, who: keyof People = "owner") =>
  (await listCertificates(people[who].actor, filter)).items.map((one) => one.names[0]?.split(".")[0]);

describe("the list of certificates", () => {
  it("pages by key, each row once, what has no end first and then by end", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listCertificates(people.owner.actor, { limit: 3, ...(after ? { after } : {}) });
      expect(page.total).toBe(11);
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map((one) => one.names[0]?.split(".")[0] ?? ""));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toHaveLength(11);
    expect(new Set(seen).size).toBe(11);
    expect(seen.slice(0, 2).sort()).toEqual(["refused", "waiting"]);
    expect(seen.slice(2, 5)).toEqual(["expired", "soon", "pads"]);
    expect(seen.at(-1)).toBe("late");
  });

  it("is narrowed by state, end, owner, service and text", async () => {
    expect(await namesOf({ state: "failing" })).toEqual(["soon"]);
    expect(await namesOf({ state: "failed" })).toEqual(["refused"]);
    expect(await namesOf({ state: "revoked" })).toEqual(["gone"]);
    expect(await namesOf({ expiring: 30 })).toEqual(["expired", "soon"]);
    expect(await namesOf({ service: serviceName })).toEqual(["pads"]);
    expect(await namesOf({ mine: true }, "teammate")).toEqual(["pads"]);
    expect(await namesOf({ q: "SAME3" })).toEqual(["same3"]);
    expect(await namesOf({ q: "ab:16" })).toEqual(["soon", "pads", "late"]);
  });

  it("shows others only services' certificates", async () => {
    expect(await namesOf({}, "manager")).toEqual(["pads"]);
    expect(await namesOf({ q: "same" }, "outsider")).toEqual([]);
    expect(await namesOf({}, "admin")).toHaveLength(11);
  });

  it("refuses an end of a page that is none", async () => {
    await expect(listCertificates(people.owner.actor, { after: "nonsense" })).rejects.toMatchObject({ status: 422 });
  });
});

it("the calendar has what is over in front, then month after month", async () => {
  const { overdue, months, isCut } = await readCalendar(people.owner.actor);
  expect(overdue.map((one) => one.names[0])).toEqual(["expired.example.org"]);
  expect(months.map((one) => one.month)).toEqual(months.map((one) => one.month).toSorted());
  expect(months.flatMap((one) => one.certificates)).toHaveLength(8);
  expect(isCut).toBe(false);
});
