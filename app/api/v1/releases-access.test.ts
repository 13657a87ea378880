import { createHmac, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People, type Person } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService, type LiveService } from "#lib/releases/testing/live-service.ts";
import { githubPush, gitlabPush, signGithub, signGitlab } from "#lib/releases/testing/payloads.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("releases-access");
const api = createApi(ROUTES);
let people: People;
let service: LiveService;
beforeAll(async () => {
  people = await createPeople();
  service = await createLiveService(people.owner.actor);
});

interface Asker {
  headers: Record<string, string>;
}
const nobody: Asker = { headers: { origin: "http://localhost:8080" } };

async function ask(who: Asker, method: string, path: string, body?: unknown) {
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: { ...who.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return { status: response.status, text, json: text === "" ? null : JSON.parse(text) };
}

async function byToken(person: Person): Promise<Asker> {
  const { json } = await ask(person, "POST", "/tokens", { name: "ci" });
  return { headers: { authorization: `Bearer ${json.token}` } };
}

/** What is on the record about something, as text. */
const readAudit = async (subjectId: string) =>
  JSON.stringify(
    (await db().auditEvent.findMany({ where: { subjectId } })).map(({ action, detail }) => [action, detail]),
  );

type Who = "owner" | "teammate" | "outsider" | "manager" | "dba" | "admin";
const EVERYBODY: readonly Who[] = ["owner", "teammate", "outsider", "manager", "dba", "admin"];
const NAMED: readonly Who[] = ["owner", "teammate", "manager", "dba", "admin"];
const STAFF: readonly Who[] = ["owner", "teammate", "manager", "admin"];
const OWN: readonly Who[] = ["owner", "admin"];
const ADMIN: readonly Who[] = ["admin"];

/** Every route, who may use it, and a body that is right in shape but changes nothing, so that all can be asked in turn. */
const DOORS: readonly [string, (name: string) => string, readonly Who[], object?][] = [
  ["GET", (name) => `/services/${name}/environments`, EVERYBODY],
  ["POST", (name) => `/services/${name}/environments/plan`, OWN, { name: "staging" }],
  ["POST", (name) => `/services/${name}/environments`, OWN, { name: "staging", planHash: "0".repeat(64) }],
  ["GET", (name) => `/services/${name}/environments/production/config`, EVERYBODY],
  ["PUT", (name) => `/services/${name}/environments/production/soak`, OWN, { soakS: 30 }],
  ["PUT", (name) => `/services/${name}/environments/production/secrets/api_key`, OWN, { value: "another" }],
  ["GET", (name) => `/services/${name}/releases`, EVERYBODY],
  ["POST", (name) => `/services/${name}/releases`, STAFF, { image: "demo/web:2" }],
  ["GET", (name) => `/services/${name}/release-webhooks`, NAMED],
  [
    "POST",
    (name) => `/services/${name}/release-webhooks`,
    OWN,
    { kind: "github", branch: "main", image: "demo/web:1" },
  ],
  ["DELETE", (name) => `/services/${name}/release-webhooks/${randomUUID()}`, OWN],
  ["GET", () => "/registry-credentials", NAMED],
  ["POST", () => "/registry-credentials", ADMIN, { host: "ghcr.example.org", username: "panel", password: null }],
  [
    "PUT",
    () => `/registry-credentials/${randomUUID()}`,
    ADMIN,
    { host: "ghcr.example.org", username: "panel", password: null, version: 1 },
  ],
  ["DELETE", () => `/registry-credentials/${randomUUID()}`, ADMIN],
  ["POST", () => `/registry-credentials/${randomUUID()}/check`, ADMIN],
];

describe("who may", () => {
  it.each(
    DOORS.map(([method, path, who, body]) => [`${method} ${path("{service}")}`, { method, path, who, body }] as const),
  )("%s", async (_, { method, path, who, body }) => {
    for (const key of EVERYBODY) {
      const { status } = await ask(people[key], method, path(service.name), body);
      expect([key, status === 403]).toEqual([key, !who.includes(key)]);
      expect(status).toBeLessThan(500);
    }
    expect((await ask(nobody, method, path(service.name), body)).status).toBe(401);
    expect((await ask(people.expired, method, path(service.name), body)).status).toBe(401);
    expect((await ask(people.disabled, method, path(service.name), body)).status).toBe(401);
  });

  it("PUT an environment's settings: the owner and administrators, whichever version they saw", async () => {
    const path = `/services/${service.name}/environments/production/config`;
    const { json } = await ask(people.outsider, "GET", path);
    const body = { version: json.version, content: { ...json.content, replicas: 2 } };
    for (const key of ["teammate", "outsider", "manager", "dba"] as const)
      expect((await ask(people[key], "PUT", path, body)).status).toBe(403);
    expect((await ask(people.owner, "PUT", path, body)).json).toMatchObject({ version: json.version + 1 });
    expect((await ask(people.admin, "PUT", path, body)).status).toBe(409);
  });

  it("GET one release: everybody", async () => {
    const { json } = await ask(people.outsider, "GET", `/services/${service.name}/releases`);
    const { json: view } = await ask(people.outsider, "GET", `/releases/${json.items.at(-1).id}`);
    expect(view).toMatchObject({ number: 1, serviceName: service.name });
    expect((await ask(people.owner, "GET", `/releases/${randomUUID()}`)).status).toBe(404);
  });

  it("a program makes a release with its owner's token, and a page of another site makes none", async () => {
    const body = { image: "demo/web:3", commitId: "0d1a26e67d8f", branch: "main" };
    const path = `/services/${service.name}/releases`;
    const { status, json } = await ask(await byToken(people.owner), "POST", path, body);
    expect(status).toBe(201);
    expect(json).toMatchObject({ origin: "token", commitId: "0d1a26e67d8f", state: "resolving" });
    const other = { headers: { ...people.owner.headers, origin: "https://evil.example" } };
    expect((await ask(other, "POST", path, body)).status).toBe(403);
  });
});

describe("an account at a registry", () => {
  it("is kept without its password ever coming out again, changed by version, and forgotten", async () => {
    const password = `secret-${randomUUID()}`;
    const made = await ask(people.admin, "POST", "/registry-credentials", {
      host: "GHCR.io",
      username: "panel",
      password,
    });
    expect(made).toMatchObject({ status: 201, json: { host: "ghcr.io", username: "panel", version: 1 } });
    const again = await ask(people.admin, "POST", "/registry-credentials", {
      host: "ghcr.io",
      username: "x",
      password,
    });
    expect(again).toMatchObject({ status: 409, json: { error: { code: "registries.present" } } });
    const path = `/registry-credentials/${made.json.id}`;
    const edit = { host: "ghcr.io", username: "other", password: null, version: 1 };
    expect((await ask(people.admin, "PUT", path, edit)).json).toMatchObject({ username: "other", version: 2 });
    expect((await ask(people.admin, "PUT", path, edit)).status).toBe(409);
    expect((await ask(people.admin, "POST", `${path}/check`)).status).toBe(202);
    const list = await ask(people.owner, "GET", "/registry-credentials");
    const audit = await readAudit(made.json.id);
    const runs = JSON.stringify(await db().step.findMany({ where: { name: "registries.check" } }));
    for (const text of [made.text, list.text, audit, runs]) expect(text).not.toContain(password);
    expect((await ask(people.admin, "DELETE", path)).status).toBe(200);
    expect(await db().secret.count({ where: { name: `registry.${made.json.id}`, deletedAt: null } })).toBe(0);
  });
});

describe("a webhook", () => {
  const make = async (kind: "github" | "gitlab") => {
    const body = { kind, branch: "main", image: "demo/web:main" };
    const { json } = await ask(people.owner, "POST", `/services/${service.name}/release-webhooks`, body);
    return json as { id: string; secret: string; url: string };
  };
  const ring = async (id: string, sent: { body: string; headers: Record<string, string> }) => {
    const url = `http://localhost:8080/api/v1/hooks/releases/${id}`;
    const response = await api(new Request(url, { method: "POST", ...sent }));
    return { status: response.status, json: await response.json() };
  };
  const refusals = (id: string) =>
    db().auditEvent.count({ where: { action: "releaseWebhooks.refuse", subjectId: id } });
  const count = () => db().release.count({ where: { service: { name: service.name } } });

  it("of either forge makes a release of the commit, by nobody in particular", async () => {
    for (const kind of ["github", "gitlab"] as const) {
      const { id, secret, url } = await make(kind);
      expect(url).toBe(`http://localhost:8080/api/v1/hooks/releases/${id}`);
      const sent =
        kind === "github" ? signGithub(secret, "push", githubPush()) : signGitlab(secret, "Push Hook", gitlabPush());
      const { status, json } = await ring(id, sent);
      expect({ status, json }).toMatchObject({ status: 202, json: { result: "release" } });
      expect((await ask(people.outsider, "GET", `/releases/${json.releaseId}`)).json).toMatchObject({
        ...{ origin: "webhook", by: null, branch: "main", image: "demo/web:main", state: "resolving" },
        notes: "- Add dark mode",
      });
    }
  });

  it("that is forged, replayed or oversized is refused, and logged without what was sent", async () => {
    const { id, secret } = await make("github");
    const genuine = signGithub(secret, "push", githubPush("main", { forced: true }));
    const before = await count();
    const forged = { ...genuine, body: genuine.body.replace("dark", "evil") };
    expect(await ring(id, forged)).toMatchObject({ status: 401, json: { error: { code: "webhooks.signature" } } });
    expect(await count()).toBe(before);
    expect((await ring(id, genuine)).status).toBe(202);
    expect(await ring(id, genuine)).toMatchObject({ status: 409, json: { error: { code: "webhooks.replayed" } } });
    // The delivery's name is not signed: a thief gives another one.
    const renamed = { ...genuine, headers: { ...genuine.headers, "x-github-delivery": randomUUID() } };
    expect(await ring(id, renamed)).toMatchObject({ status: 409, json: { error: { code: "webhooks.replayed" } } });
    const body = JSON.stringify(githubPush("main", { filler: "x".repeat(1024 * 1024) }));
    const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const large = { body, headers: { ...renamed.headers, "x-hub-signature-256": signature } };
    expect(await ring(id, large)).toMatchObject({ status: 413, json: { error: { code: "webhooks.too_large" } } });
    expect(await count()).toBe(before + 1);
    expect(await refusals(id)).toBe(4);
    const events = await readAudit(id);
    expect(events).not.toContain(secret);
    expect(events).not.toContain("evil");
    const { json } = await ask(people.owner, "GET", `/services/${service.name}/release-webhooks`);
    expect(json.webhooks.find((one: { id: string }) => one.id === id).lastWords).toContain(
      "Refused: The payload is too",
    );
  });

  it("rung many times at once with one delivery makes one release", async () => {
    const { id, secret } = await make("github");
    const sent = signGithub(secret, "push", githubPush("main", { compare: "https://github.com/acme/pad/compare" }));
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ring(id, sent)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 9 }, () => 409)]);
    expect(await count()).toBe(before + 1);
  });

  it("of another branch or event is ignored, and says why", async () => {
    const { id, secret } = await make("github");
    expect(await ring(id, signGithub(secret, "push", githubPush("dev")))).toMatchObject({
      status: 202,
      json: { result: "ignored", because: "It is of refs/heads/dev, not of main.", releaseId: null },
    });
    expect(await ring(id, signGithub(secret, "issues", { action: "opened" }))).toMatchObject({
      json: { result: "ignored" },
    });
    expect(await ring(id, signGithub(secret, "push", { nothing: true }))).toMatchObject({ status: 400 });
  });

  it("that was taken away, or never was, is not there; and it cannot be rung without end", async () => {
    const { id, secret } = await make("gitlab");
    expect((await ask(people.teammate, "DELETE", `/services/${service.name}/release-webhooks/${id}`)).status).toBe(403);
    expect((await ask(people.owner, "DELETE", `/services/${service.name}/release-webhooks/${id}`)).status).toBe(200);
    expect((await ring(id, signGitlab(secret, "Push Hook", gitlabPush()))).status).toBe(404);
    const { id: busy } = await make("gitlab");
    const wrong = signGitlab("wrong", "Push Hook", gitlabPush());
    const answers = await Promise.all(Array.from({ length: 70 }, () => ring(busy, wrong)));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([401, 429]));
    expect(await refusals(busy)).toBeLessThanOrEqual(60);
  });
});
