import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { fillBoard } from "#lib/ticks/testing.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("ticks-routes");
const api = createApi(ROUTES);
let people: People;
beforeAll(async () => {
  people = await createPeople();
  await fillBoard(people.owner.id, 1, 30);
  await db().service.update({ where: { name: "svc-0002" }, data: { state: "retired" } });
});

async function ask(headers: Record<string, string>, method: string, path: string) {
  const response = await api(new Request(`http://localhost:8080/api/v1${path}`, { method, headers }));
  return { status: response.status, body: JSON.parse(await response.text()) };
}
const dueAt = async (name: string) => (await db().service.findUniqueOrThrow({ where: { name } })).ticksDueAt;

describe("the board", () => {
  it("is everybody's, a page at a time", async () => {
    for (const person of [people.owner, people.outsider]) {
      const first = await ask(person.headers, "GET", "/checklists/board?limit=20");
      expect(first.status).toBe(200);
      expect(first.body).toMatchObject({ total: 29, score: { services: 29, servicesOpen: 6, open: 12 } });
      const next = await ask(person.headers, "GET", `/checklists/board?limit=20&after=${first.body.next}`);
      expect([...first.body.items, ...next.body.items]).toHaveLength(29);
      expect(next.body.next).toBeNull();
    }
    expect((await ask({}, "GET", "/checklists/board")).status).toBe(401);
  });

  it("refuses what is no filter and no page's end", async () => {
    expect((await ask(people.owner.headers, "GET", "/checklists/board?filter=x")).status).toBe(422);
    expect((await ask(people.owner.headers, "GET", "/checklists/board?after=nowhere")).status).toBe(422);
  });
});

describe("a look now", () => {
  it("is for those who work here, at services that are live", async () => {
    const before = await dueAt("svc-0001");
    expect((await ask(people.outsider.headers, "POST", "/services/svc-0001/ticks/check")).status).toBe(403);
    expect(await dueAt("svc-0001")).toEqual(before);
    expect(await ask(people.teammate.headers, "POST", "/services/svc-0001/ticks/check")).toMatchObject({
      status: 200,
      body: { requested: true },
    });
    expect((await dueAt("svc-0001"))?.getTime()).toBeLessThan(before?.getTime() ?? 0);
    expect((await ask(people.owner.headers, "POST", "/services/svc-0002/ticks/check")).status).toBe(409);
    expect((await ask(people.owner.headers, "POST", "/services/nothing/ticks/check")).status).toBe(404);
  });

  it("is offered to whom it is allowed", async () => {
    const seen = async (headers: Record<string, string>, name: string) =>
      (await ask(headers, "GET", `/services/${name}/ticks`)).body.mayCheck;
    expect(await seen(people.owner.headers, "svc-0001")).toBe(true);
    expect(await seen(people.outsider.headers, "svc-0001")).toBe(false);
    expect(await seen(people.owner.headers, "svc-0002")).toBe(false);
  });
});
