import { beforeEach, expect, it } from "vitest";
import { createPeople, type People, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("view-as");
const api = createApi(ROUTES);
let people: People;
beforeEach(async () => {
  people = await createPeople();
});

async function ask(method: string, path: string, person: Person, body?: unknown) {
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: { ...person.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: response.status, json: await response.json() };
}
const view = (person: Person, userId: string) => ask("POST", `/users/${userId}/view`, person);

it("shows an administrator the panel as somebody else sees it, and nothing more", async () => {
  expect((await view(people.admin, people.owner.id)).json).toEqual({ name: people.owner.name });
  const { json } = await ask("GET", "/session", people.admin);
  expect(json).toMatchObject({
    user: { id: people.owner.id, roles: [...people.owner.actor.roles] },
    lookedThroughBy: { id: people.admin.id, name: people.admin.name },
  });
  expect((await ask("GET", "/users", people.admin)).status).toBe(403);
});

it("changes nothing meanwhile, and says so", async () => {
  await view(people.admin, people.owner.id);
  const refused = await ask("POST", "/tokens", people.admin, { name: "theirs" });
  expect(refused).toMatchObject({ status: 403, json: { error: { code: "view_as.read_only" } } });
  expect(await db().apiToken.count({ where: { userId: people.owner.id } })).toBe(0);
  const event = await db().auditEvent.findFirst({ where: { action: "access.refused" }, orderBy: { id: "desc" } });
  expect(event).toMatchObject({
    actorId: people.admin.id,
    actorName: `${people.admin.name} as ${people.owner.name}`,
  });
});

it("ends when it is ended, and with the administrator's role", async () => {
  await view(people.admin, people.owner.id);
  expect((await ask("DELETE", "/session/view", people.admin)).status).toBe(200);
  expect((await ask("GET", "/session", people.admin)).json).toMatchObject({
    user: { id: people.admin.id },
    lookedThroughBy: null,
  });
  await view(people.admin, people.owner.id);
  await db().user.update({ where: { id: people.admin.id }, data: { roles: "staff" } });
  expect((await ask("GET", "/session", people.admin)).json).toMatchObject({ user: { id: people.admin.id } });
});

it("still changes nothing when the other person loses their access meanwhile", async () => {
  await view(people.admin, people.owner.id);
  await db().user.update({ where: { id: people.owner.id }, data: { disabledAt: new Date() } });
  expect((await ask("POST", "/tokens", people.admin, { name: "mine" })).json).toMatchObject({
    error: { code: "view_as.read_only" },
  });
  await ask("DELETE", "/session/view", people.admin);
  expect((await ask("POST", "/tokens", people.admin, { name: "mine" })).status).toBe(201);
});

it("signs out the administrator's own session, not the other person's", async () => {
  await view(people.admin, people.owner.id);
  expect((await ask("DELETE", "/session", people.admin)).status).toBe(200);
  expect((await ask("GET", "/session", people.admin)).status).toBe(401);
  expect((await ask("GET", "/session", people.owner)).status).toBe(200);
});

it("is for administrators only, never for an account without access or oneself", async () => {
  for (const who of ["owner", "manager", "dba", "outsider"] as const)
    expect((await view(people[who], people.admin.id)).status).toBe(403);
  expect((await view(people.admin, people.disabled.id)).json).toMatchObject({ error: { code: "view_as.no_access" } });
  expect((await view(people.admin, people.admin.id)).json).toMatchObject({ error: { code: "view_as.self" } });
});
