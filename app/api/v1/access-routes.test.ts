import { beforeEach, describe, expect, it } from "vitest";
import { mayEver } from "#lib/access/policy.ts";
import { createPeople, type People, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import type { RouteDefinition } from "#lib/api/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("routes");
const api = createApi(ROUTES);

let people: People;
beforeEach(async () => {
  people = await createPeople();
});

async function ask(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const isJson = response.headers.get("content-type") === "application/json";
  return {
    status: response.status,
    cookie: response.headers.get("set-cookie"),
    json: isJson ? await response.json() : null,
  };
}
const read = (person: { headers: Record<string, string> }) => ask("GET", "/session", person.headers);

describe("every route, for everybody", () => {
  const routes: readonly RouteDefinition[] = ROUTES;
  /** A path to something that does not exist. */
  const nowhere = (path: string) =>
    path.replace(/\{[^}]+\}/g, (name) =>
      /run|attempt|step/i.test(name) ? "999999" : "00000000-0000-4000-8000-000000000000",
    );

  it.each(
    routes.filter(({ action }) => action !== null).map((route) => [`${route.method} ${route.path}`, route] as const),
  )("%s", async (_, route) => {
    const send = (headers: Record<string, string>) =>
      ask(route.method, nowhere(route.path), { accept: "application/json", ...headers }, route.body ? {} : undefined);
    expect((await send({ origin: "http://localhost:8080" })).status).toBe(401);
    for (const who of ["disabled", "expired"] as const) expect((await send(people[who].headers)).status).toBe(401);
    for (const who of ["outsider", "owner", "manager", "dba", "admin"] as const) {
      const { status } = await send(people[who].headers);
      const could = mayEver(people[who].actor, route.action ?? "session.read");
      if (could) expect([who, [401, 403, 500].includes(status) ? status : "let in"]).toEqual([who, "let in"]);
      else expect([who, status]).toEqual([who, 403]);
    }
    if (route.method !== "GET") {
      const { cookie = "" } = people.admin.headers;
      expect((await send({ cookie, origin: "https://evil.example" })).status).toBe(
        route.path === "/session" ? 401 : 403,
      );
    }
  });
});

describe("one's own session", () => {
  it("says who one is and what one's roles could allow", async () => {
    const { json } = await read(people.manager);
    expect(json).toMatchObject({
      user: { id: people.manager.id, name: "Mark Manager", roles: ["manager"] },
      via: "session",
    });
    expect(json.actions).toContain("audit.read");
    expect(json.actions).not.toContain("users.list");
  });

  it("ends at sign-out, with its cookie, and only that one", async () => {
    const answer = await ask("DELETE", "/session", people.owner.headers);
    expect(answer.json).toEqual({ redirectTo: "/sign-in?signedOut=1" });
    expect(answer.cookie).toMatch(/^seaworthy=; Path=\/; Max-Age=0; HttpOnly/);
    expect((await read(people.owner)).status).toBe(401);
    expect((await read(people.teammate)).status).toBe(200);
  });

  it.each([
    [
      "revoked",
      (who: Person) => db().session.updateMany({ where: { userId: who.id }, data: { revokedAt: new Date() } }),
    ],
    ["over", (who: Person) => db().session.updateMany({ where: { userId: who.id }, data: { expiresAt: new Date() } })],
    [
      "of an account that was disabled",
      (who: Person) => db().user.update({ where: { id: who.id }, data: { disabledAt: new Date() } }),
    ],
    [
      "of an account with no role left",
      (who: Person) => db().user.update({ where: { id: who.id }, data: { roles: "" } }),
    ],
    ["of an account that was deleted", (who: Person) => db().user.delete({ where: { id: who.id } })],
  ])("opens nothing from the next request on once it is %s", async (_, change) => {
    expect((await read(people.owner)).status).toBe(200);
    await change(people.owner);
    expect((await read(people.owner)).status).toBe(401);
  });

  it("has other roles from the next request on", async () => {
    expect((await ask("GET", "/users", people.admin.headers)).status).toBe(200);
    await db().user.update({ where: { id: people.admin.id }, data: { roles: "viewer" } });
    expect((await ask("GET", "/users", people.admin.headers)).status).toBe(403);
  });
});

describe("API tokens", () => {
  const create = async (person: Person, body: object = { name: "ci" }) =>
    (await ask("POST", "/tokens", person.headers, body)).json;
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it("speak for their person, with no Origin, until they are revoked", async () => {
    const { token, id } = await create(people.owner);
    expect(token).toMatch(/^sw_[A-Za-z0-9_-]{43}$/);
    expect((await read(bearer(token))).json).toMatchObject({ user: { id: people.owner.id }, via: "token" });
    expect((await ask("DELETE", `/tokens/${id}`, people.teammate.headers)).status).toBe(404);
    expect((await read(bearer(token))).status).toBe(200);
    expect((await ask("DELETE", `/tokens/${id}`, people.owner.headers)).status).toBe(200);
    expect((await read(bearer(token))).status).toBe(401);
  });

  it("are stored as a hash and listed without their text, to their owner alone", async () => {
    const { token } = await create(people.owner);
    const listed = JSON.stringify((await ask("GET", "/tokens", people.owner.headers)).json);
    expect(listed).not.toContain(token);
    expect((await ask("GET", "/tokens", people.admin.headers)).json).toEqual({ tokens: [] });
    const event = await db().auditEvent.findFirstOrThrow({
      where: { action: "token.created", actorId: people.owner.id },
    });
    expect(JSON.stringify(event.detail)).not.toContain(token);
  });

  it("have at most the roles their person has now", async () => {
    await db().user.update({ where: { id: people.admin.id }, data: { roles: "admin,staff" } });
    const full = bearer((await create(people.admin)).token);
    const small = bearer((await create(people.admin, { name: "small", roles: ["staff"] })).token);
    expect((await ask("GET", "/users", full.headers)).status).toBe(200);
    expect((await ask("GET", "/users", small.headers)).status).toBe(403);
    await db().user.update({ where: { id: people.admin.id }, data: { roles: "staff" } });
    expect((await ask("GET", "/users", full.headers)).status).toBe(403);
    await db().user.update({ where: { id: people.admin.id }, data: { roles: "dba,admin" } });
    expect((await read(small)).status).toBe(401);
  });

  it("cannot be given roles one lacks, make tokens, or be made by a viewer", async () => {
    expect((await ask("POST", "/tokens", people.owner.headers, { name: "x", roles: ["admin"] })).status).toBe(422);
    const { token } = await create(people.owner);
    expect((await ask("POST", "/tokens", bearer(token).headers, { name: "x" })).status).toBe(403);
    expect((await ask("POST", "/tokens", people.outsider.headers, { name: "x" })).status).toBe(403);
  });

  it("open nothing when they are over, their person is disabled, or they are not quite right", async () => {
    const { token, id } = await create(people.owner);
    expect((await read(bearer(`${token.slice(0, -1)}x`))).status).toBe(401);
    expect((await read({ headers: { authorization: `Basic ${token}` } })).status).toBe(401);
    // A cookie beside a bad token does not help it.
    expect((await read({ headers: { ...people.owner.headers, authorization: "Bearer x" } })).status).toBe(401);
    await db().apiToken.update({ where: { id }, data: { expiresAt: new Date() } });
    expect((await read(bearer(token))).status).toBe(401);
    await db().apiToken.update({ where: { id }, data: { expiresAt: new Date(Date.now() + 60_000) } });
    await db().user.update({ where: { id: people.owner.id }, data: { disabledAt: new Date() } });
    expect((await read(bearer(token))).status).toBe(401);
  });

  it("are at most twenty a person", async () => {
    for (let n = 0; n < 20; n++) expect((await create(people.dba)).id).toBeDefined();
    expect((await ask("POST", "/tokens", people.dba.headers, { name: "one more" })).status).toBe(409);
  });
});

describe("an administrator", () => {
  it("signs somebody out everywhere, which is recorded", async () => {
    expect((await ask("DELETE", `/users/${people.owner.id}/sessions`, people.admin.headers)).json).toEqual({
      revoked: 1,
    });
    expect((await read(people.owner)).status).toBe(401);
    const event = await db().auditEvent.findFirstOrThrow({
      where: { action: "sessions.revoked", subjectId: people.owner.id },
    });
    expect(event.actorId).toBe(people.admin.id);
  });

  it("closes an account, whose sessions stay closed when it is opened again", async () => {
    const patch = (disabled: boolean) => ask("PATCH", `/users/${people.owner.id}`, people.admin.headers, { disabled });
    expect((await patch(true)).json).toEqual({ disabled: true });
    expect((await read(people.owner)).status).toBe(401);
    expect((await patch(false)).json).toEqual({ disabled: false });
    expect((await read(people.owner)).status).toBe(401);
  });

  it("cannot close their own account, nor one that does not exist", async () => {
    expect((await ask("PATCH", `/users/${people.admin.id}`, people.admin.headers, { disabled: true })).status).toBe(
      409,
    );
    const nobody = "/users/00000000-0000-4000-8000-000000000000";
    expect((await ask("PATCH", nobody, people.admin.headers, { disabled: true })).status).toBe(404);
    expect((await ask("DELETE", `${nobody}/sessions`, people.admin.headers)).status).toBe(404);
  });

  it("finds people, a page at a time", async () => {
    const { json } = await ask("GET", `/users?q=${encodeURIComponent(people.owner.email)}`, people.admin.headers);
    expect(json).toMatchObject({ users: [{ id: people.owner.id, sessions: 1, disabled: false }], next: null });
    const all = (await ask("GET", "/users", people.admin.headers)).json;
    if (all.next !== null) {
      const more = (await ask("GET", `/users?after=${all.next}`, people.admin.headers)).json;
      expect(more.users[0].username > all.next).toBe(true);
    }
  });
});
