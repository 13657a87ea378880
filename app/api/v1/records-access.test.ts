import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { mayEver } from "#lib/access/policy.ts";
import type { People, Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import type { RouteDefinition } from "#lib/api/types.ts";
import { createRecordsWorld, type RecordsWorld } from "#lib/dns/testing/records-world.ts";
import { db } from "#lib/platform/db/client.ts";
import { blockedNamesRoutes } from "./blocked-names-routes.ts";
import { recordsRoutes } from "./records-routes.ts";
import { ROUTES } from "./registry.ts";
import { zonesRoutes } from "./zones-routes.ts";

useTestDatabase("records-access", {
  DNS_PROPAGATION_RESOLVERS: "127.0.0.1:1",
  DNS_AUTHORITATIVE_SERVERS: "127.0.0.1:1",
});
const api = createApi(ROUTES);

const SECRET_TEXT = "what-only-its-owner-wrote";
let world: RecordsWorld;
let people: People;
/** Personal of the outsider's (a viewer), a service's of the owner's, and one that is removed. */
let personal: string;
let services: string;
let removed: string;
let foreign: string;
let blocked: string;
beforeEach(async () => {
  await db().dnsRecord.deleteMany({});
  world = await createRecordsWorld();
  ({ people } = world);
  const { outsider } = people;
  const mine = { ownerId: outsider.id, expiresAt: new Date(Date.now() + 86_400_000) };
  ({ id: personal } = await world.addRow({ name: world.nameOf(outsider, "mine"), ...mine }));
  ({ id: services } = await world.addRow({
    name: `${world.service.name}.${world.zone.name}`,
    serviceId: world.service.id,
  }));
  ({ id: removed } = await world.addRow({
    ...{ name: world.nameOf(outsider, "gone"), type: "TXT", values: [SECRET_TEXT], description: SECRET_TEXT },
    ...{ ...mine, state: "removed", removedAt: new Date(), removedReason: "deleted" },
  }));
  foreign = randomUUID();
  const set = { zoneId: world.zone.id, name: `f-${foreign}.${world.zone.name}`, type: "A", setIdentifier: "" };
  await db().dnsForeignRecord.create({
    data: { id: foreign, ...set, ttl: 60, values: ["198.51.100.1"], seenAt: new Date() },
  });
  blocked = randomUUID();
  await db().dnsBlockedName.create({
    data: { id: blocked, pattern: `b${blocked.slice(0, 8)}`, match: "exact", reason: "A test" },
  });
});

interface Asker {
  headers: Record<string, string>;
}

async function ask(who: Asker, method: string, path: string, body?: unknown) {
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: { ...who.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: response.status, text: await response.text() };
}

/** The same person through a token of theirs, where their role may have one. */
async function byToken(person: Person): Promise<Asker> {
  const { text } = await ask(person, "POST", "/tokens", { name: "ci" });
  return { headers: { authorization: `Bearer ${JSON.parse(text).token}` } };
}

const nobody: Asker = { headers: { origin: "http://localhost:8080" } };
const content = { ttl: 300, values: ["203.0.113.9"], description: "" };

/** Every way to change one record. */
const changes = (id: string): [string, string, unknown?][] => [
  ["PATCH", `/records/${id}`, { ...content, version: 1 }],
  ["DELETE", `/records/${id}`],
  ["POST", `/records/${id}/renew`],
  ["POST", `/records/${id}/restore`],
  ["POST", `/records/${id}/adopt`],
  ["POST", `/records/${id}/put-right`],
];
const snapshot = async () => JSON.stringify(await db().dnsRecord.findMany({ orderBy: { id: "asc" } }));

describe("a record of somebody else", () => {
  it("is changed by nobody but its owner and administrators, through a session or a token", async () => {
    const strangers = {
      [personal]: ["owner", "teammate", "manager", "dba"],
      [services]: ["teammate", "outsider", "manager", "dba"],
    } as const;
    const before = await snapshot();
    for (const [id, whos] of Object.entries(strangers))
      for (const [method, path, body] of changes(id)) {
        expect((await ask(nobody, method, path, body)).status, `nobody ${method} ${path}`).toBe(401);
        for (const who of ["disabled", "expired"] as const)
          expect((await ask(people[who], method, path, body)).status).toBe(401);
        for (const who of whos) {
          expect((await ask(people[who], method, path, body)).status, `${who} ${method} ${path}`).toBe(403);
          if (who !== "outsider")
            expect((await ask(await byToken(people[who]), method, path, body)).status, `${who}'s token`).toBe(403);
        }
      }
    expect(await snapshot()).toBe(before);
  }, 60_000);

  it("is not there for others once it is removed: neither it nor its content, at any address", async () => {
    const before = await snapshot();
    const reads: [string, string][] = [
      ["GET", `/records/${removed}`],
      ["GET", `/records/${removed}/answers`],
    ];
    for (const who of ["owner", "teammate", "manager", "dba"] as const)
      for (const [method, path, body] of [...reads, ...changes(removed)]) {
        const { status, text } = await ask(people[who], method as string, path as string, body);
        expect([who, method, path, status]).toEqual([who, method, path, 404]);
        expect(text).not.toContain(SECRET_TEXT);
      }
    for (const who of ["owner", "manager", "dba", "outsider", "admin"] as const)
      for (const path of [
        "/records",
        "/records?state=removed",
        `/records?q=${SECRET_TEXT}`,
        `/records?q=${SECRET_TEXT}&state=removed`,
        "/records/places",
        "/zones",
        `/zones/${world.zone.id}`,
        `/zones/${world.zone.id}/foreign`,
        `/zones/${world.zone.id}/export?foreign=1`,
      ]) {
        const { status, text } = await ask(people[who], "GET", path);
        expect([who, path, status]).toEqual([who, path, 200]);
        const sees = path.includes("state=removed") && (who === "outsider" || who === "admin");
        expect([who, path, text.includes(SECRET_TEXT)]).toEqual([who, path, sees]);
      }
    expect(await snapshot()).toBe(before);
  }, 60_000);

  it("cannot be taken by its name: not with another type, not as a wildcard, not below it", async () => {
    const name = world.nameOf(people.outsider);
    for (const who of ["owner", "manager", "dba"] as const)
      for (const wanted of [name, `*.${name}`, `a.b.${name}`, name.toUpperCase(), `${name}.`])
        for (const type of ["A", "TXT"]) {
          const body = { name: wanted, type, ...content };
          const { status, text } = await ask(people[who], "POST", "/records", body);
          expect([who, wanted, status]).toEqual([who, wanted, 403]);
          expect(text).not.toContain(people.outsider.name);
        }
  });

  it("tells who did what to it only to those it concerns", async () => {
    await ask(people.outsider, "PATCH", `/records/${personal}`, { ...content, values: ["203.0.113.77"], version: 1 });
    const history = async (who: Person) => JSON.parse((await ask(who, "GET", `/records/${personal}`)).text).history;
    for (const who of ["outsider", "admin", "manager"] as const) expect(await history(people[who])).toHaveLength(1);
    for (const who of ["owner", "dba"] as const) expect(await history(people[who])).toEqual([]);
  });
});

describe("every address of records, zones and blocked names", () => {
  const routes: readonly RouteDefinition[] = [...recordsRoutes, ...zonesRoutes, ...blockedNamesRoutes];
  const bodies: Record<string, unknown> = {
    "POST /records": { name: "a.nowhere.example", type: "A", ...content },
    "POST /records/check": { name: "a.nowhere.example", type: "A", ...content },
    "PATCH /records/{recordId}": { ...content, version: 99 },
    "POST /zones/{zoneId}/sync": { mode: "plan" },
    "POST /zones/{zoneId}/allow": { planHash: "0".repeat(64) },
    "POST /zones/{zoneId}/adopt": { foreignIds: [randomUUID()] },
    "POST /zones/{zoneId}/import/check": { text: "a A 203.0.113.1" },
    "POST /zones/{zoneId}/import": { text: "bad" },
    "POST /blocked-names": { pattern: "x y", match: "exact", reason: "r" },
  };
  const fill = (path: string) =>
    path
      .replace("{recordId}", removed)
      .replace("{zoneId}", world.zone.id)
      .replace("{foreignId}", foreign)
      .replace("{blockedNameId}", blocked);

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", async (name, route) => {
    const send = (who: Asker) =>
      ask(who, route.method, fill(route.path), route.body ? (bodies[name] ?? {}) : undefined);
    for (const who of [nobody, people.disabled, people.expired]) expect((await send(who)).status).toBe(401);
    for (const who of ["owner", "teammate", "manager", "dba", "outsider"] as const) {
      const { status, text } = await send(people[who]);
      if (!mayEver(people[who].actor, route.action ?? "session.read")) expect([who, status]).toEqual([who, 403]);
      expect(status).toBeLessThan(500);
      if (who !== "outsider") expect(text).not.toContain(SECRET_TEXT);
    }
    const { cookie = "" } = people.admin.headers;
    if (route.method !== "GET")
      expect((await send({ headers: { cookie, origin: "https://evil.example" } })).status).toBe(403);
  });

  it("that only administrators have answers 403 to everybody else, and changes nothing", async () => {
    const { id } = world.zone;
    const closed: [string, string, unknown?][] = [
      ["POST", `/zones/${id}/adopt`, { foreignIds: [foreign] }],
      ["POST", `/foreign-records/${foreign}/adopt`, {}],
      ["POST", `/zones/${id}/import/check`, { text: "a A 203.0.113.1" }],
      ["POST", `/zones/${id}/import`, { text: "a A 203.0.113.1" }],
      ["GET", "/blocked-names"],
      ["POST", "/blocked-names", { pattern: "word", match: "exact", reason: "A test" }],
      ["DELETE", `/blocked-names/${blocked}`],
    ];
    const before = await snapshot();
    for (const [method, path, body] of closed)
      for (const who of ["owner", "manager", "dba", "outsider"] as const)
        expect([who, path, (await ask(people[who], method, path, body)).status]).toEqual([who, path, 403]);
    expect(await snapshot()).toBe(before);
    expect(await db().dnsBlockedName.count({ where: { id: blocked } })).toBe(1);
    expect(await db().dnsForeignRecord.count({ where: { id: foreign } })).toBe(1);
  });
});
