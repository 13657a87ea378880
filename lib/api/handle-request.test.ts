import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { definePublicRoute, defineRoute } from "./define-route.ts";
import type { ErrorBody } from "./errors.ts";
import { createApi } from "./handle-request.ts";

useTestDatabase("api");

let people: People;
beforeAll(async () => {
  people = await createPeople();
});

const Item = z.object({ id: z.number(), name: z.string() });
const api = createApi([
  definePublicRoute({
    method: "GET",
    path: "/public",
    summary: "Public.",
    output: z.object({ ok: z.boolean() }),
    handler: async () => ({ ok: true }),
  }),
  defineRoute({
    method: "GET",
    path: "/items/{itemId}",
    action: "runs.read",
    summary: "One.",
    params: z.object({ itemId: z.coerce.number().int().positive() }),
    query: z.object({ full: z.enum(["yes", "no"]).optional() }),
    output: Item,
    // More than it declares: the rest must not leave the server.
    handler: async ({ params, actor }) => ({ id: params.itemId, name: actor.name, secret: "hunter2" }),
  }),
  defineRoute({
    method: "GET",
    path: "/items/new",
    action: "runs.read",
    summary: "A literal beside a parameter.",
    output: z.object({ literal: z.boolean() }),
    handler: async () => ({ literal: true }),
  }),
  defineRoute({
    method: "POST",
    path: "/items",
    action: "drafts.create",
    summary: "Make one.",
    body: z.strictObject({
      name: z.string().min(2, "is too short"),
      tag: z.strictObject({ x: z.number() }).optional(),
    }),
    output: Item,
    status: 201,
    maxBodyBytes: 2_000,
    handler: async ({ body }) => ({ id: 1, name: body.name }),
  }),
  defineRoute({
    method: "DELETE",
    path: "/items/{itemId}",
    action: "drafts.delete",
    summary: "Throw away; only the owner may.",
    params: z.object({ itemId: z.string() }),
    output: z.object({}),
    handler: async ({ actor, params }) => {
      authorize(actor, "drafts.delete", { ownerId: params.itemId });
      return {};
    },
  }),
  defineRoute({
    method: "POST",
    path: "/fail/{how}",
    action: "home.read",
    summary: "Fails.",
    params: z.object({ how: z.string() }),
    output: z.object({ n: z.number() }),
    handler: async ({ params }) => {
      if (params.how === "conflict") throw conflict("run.active", "Run 7 is going on.", "Wait for it.");
      if (params.how === "zod") z.object({ deep: z.object({ a: z.string() }) }).parse({ deep: {} });
      if (params.how === "wrong-output") return { n: "seven" as unknown as number };
      throw new Error("password=hunter2 at 10.0.0.7");
    },
  }),
]);

const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) => {
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : null };
};
const errorOf = (answer: { json: unknown }) => (answer.json as ErrorBody).error;

describe("the door of the API", () => {
  it("answers a declared route with what it declares and nothing more", async () => {
    const answer = await ask("GET", "/items/7", people.owner.headers);
    expect(answer.json).toEqual({ id: 7, name: people.owner.name });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("prefers a literal segment to a parameter", async () => {
    expect((await ask("GET", "/items/new", people.owner.headers)).json).toEqual({ literal: true });
  });

  it("answers HEAD like GET, with no body", async () => {
    const answer = await ask("HEAD", "/items/7", people.owner.headers);
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  it("says 404 and 405 in the one shape, with the methods that exist", async () => {
    const missing = await ask("GET", "/nothing/here");
    expect([missing.status, errorOf(missing).code]).toEqual([404, "no_such_route"]);
    const wrong = await ask("PATCH", "/items/7", people.owner.headers);
    expect([wrong.status, errorOf(wrong).code, wrong.headers.get("allow")]).toEqual([
      405,
      "method_not_allowed",
      "DELETE, GET",
    ]);
  });

  it("does not choke on a path that is not decodable", async () => {
    expect((await ask("GET", "/items/%E0%A4%A", people.owner.headers)).status).toBe(404);
  });

  it("keeps a request id that a proxy gave, makes one otherwise, and puts it into errors", async () => {
    const given = await ask("GET", "/items/x", { ...people.owner.headers, "x-request-id": "proxy-12345678" });
    expect([given.headers.get("x-request-id"), errorOf(given).requestId]).toEqual(["proxy-12345678", "proxy-12345678"]);
    const odd = await ask("GET", "/public", { "x-request-id": "a b\t<script>" });
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("who asks", () => {
  it("lets strangers see only public routes", async () => {
    expect((await ask("GET", "/public")).status).toBe(200);
    const answer = await ask("GET", "/items/7");
    expect([answer.status, errorOf(answer).code]).toEqual([401, "unauthenticated"]);
  });

  it.each(["disabled", "expired"] as const)("treats somebody %s as a stranger", async (who) => {
    expect((await ask("GET", "/items/7", people[who].headers)).status).toBe(401);
  });

  it("does not take a forged, cut or empty cookie", async () => {
    for (const cookie of [
      `seaworthy=${"A".repeat(43)}`,
      `seaworthy=${people.owner.sessionToken.slice(1)}`,
      "seaworthy=",
      `__Host-seaworthy=${people.owner.sessionToken}`,
    ])
      expect((await ask("GET", "/items/7", { cookie })).status).toBe(401);
  });

  it("refuses an action the roles never allow, and records the refusal", async () => {
    const answer = await ask(
      "POST",
      "/items",
      { ...people.outsider.headers, "x-request-id": "refusal-00001" },
      { name: "ab" },
    );
    expect([answer.status, errorOf(answer).code]).toEqual([403, "forbidden"]);
    const event = await db().auditEvent.findFirstOrThrow({ where: { requestId: "refusal-00001" } });
    expect(event).toMatchObject({ action: "access.refused", actorId: people.outsider.id, subjectId: "POST /items" });
  });

  it("lets a conditional action through to the domain, which asks about the subject", async () => {
    expect((await ask("DELETE", `/items/${people.owner.id}`, people.owner.headers)).status).toBe(200);
    expect((await ask("DELETE", `/items/${people.owner.id}`, people.teammate.headers)).status).toBe(403);
    expect((await ask("DELETE", `/items/${people.owner.id}`, people.outsider.headers)).status).toBe(403);
    expect((await ask("DELETE", `/items/${people.owner.id}`, people.admin.headers)).status).toBe(200);
  });
});

describe("what is sent", () => {
  const post = (body: unknown, headers = people.owner.headers) => ask("POST", "/items", headers, body);

  it("takes a good body", async () => {
    const answer = await post({ name: "pad-notes" });
    expect([answer.status, answer.json]).toEqual([201, { id: 1, name: "pad-notes" }]);
  });

  it("names each wrong field", async () => {
    const answer = await post({ name: "x", tag: { x: "1" } });
    expect(answer.status).toBe(422);
    expect(Object.keys(errorOf(answer).fields ?? {})).toEqual(["name", "tag.x"]);
  });

  it("refuses keys nobody declared, at every depth, in bodies and queries", async () => {
    expect(errorOf(await post({ name: "ok", roles: ["admin"] })).fields).toHaveProperty("roles");
    expect(errorOf(await post({ name: "ok", tag: { x: 1, __proto__x: 2 } })).fields).toHaveProperty("tag.__proto__x");
    expect((await ask("GET", "/items/7?evil=1", people.owner.headers)).status).toBe(422);
  });

  it("refuses a query key given twice where one value is meant", async () => {
    expect((await ask("GET", "/items/7?full=yes&full=no", people.owner.headers)).status).toBe(422);
  });

  it("refuses path parameters that do not parse", async () => {
    expect(errorOf(await ask("GET", "/items/1e999", people.owner.headers)).fields).toHaveProperty("itemId");
  });

  it("refuses broken JSON, other content types and other encodings", async () => {
    expect((await post("{nope")).status).toBe(400);
    expect((await ask("POST", "/items", { ...people.owner.headers, "content-type": "text/plain" }, "{}")).status).toBe(
      415,
    );
    const utf16 = new Request("http://localhost:8080/api/v1/items", {
      method: "POST",
      headers: { ...people.owner.headers, "content-type": "application/json" },
      body: Buffer.from('{"name":"abc"}', "utf16le"),
    });
    expect((await api(utf16)).status).toBe(400);
  });

  it("stops reading a body past its cap, also when its length is not said", async () => {
    expect((await post({ name: "x".repeat(3_000) })).status).toBe(413);
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1_000).fill(32));
      },
    });
    const request = new Request("http://localhost:8080/api/v1/items", {
      method: "POST",
      headers: { ...people.owner.headers, "content-type": "application/json" },
      body: endless,
      duplex: "half",
    } as RequestInit);
    expect((await api(request)).status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });
});

describe("requests from other sites", () => {
  const post = (headers: Record<string, string>) => ask("POST", "/items", headers, { name: "ok" });
  const cookie = () => ({ cookie: people.owner.headers.cookie ?? "" });

  it.each([
    ["no Origin", {}],
    ["another Origin", { origin: "https://evil.example" }],
    ["the null Origin", { origin: "null" }],
    ["the Origin with another port", { origin: "http://localhost:8081" }],
    ["the Origin with more behind it", { origin: "http://localhost:8080.evil.example" }],
    ["our Origin said to be cross-site", { origin: "http://localhost:8080", "sec-fetch-site": "cross-site" }],
    ["our Origin said to be same-site only", { origin: "http://localhost:8080", "sec-fetch-site": "same-site" }],
  ])("are refused with %s", async (_, headers) => {
    const answer = await post({ ...cookie(), ...headers });
    expect([answer.status, errorOf(answer).code]).toEqual([403, "cross_site"]);
  });

  it("do not matter where nothing changes", async () => {
    expect((await ask("GET", "/items/7", { ...cookie(), "sec-fetch-site": "cross-site" })).status).toBe(200);
  });

  it("are let in from a browser that does not say Sec-Fetch-Site", async () => {
    expect((await post({ ...cookie(), origin: "http://localhost:8080" })).status).toBe(201);
  });
});

describe("failures", () => {
  const fail = (how: string) => ask("POST", `/fail/${how}`, people.owner.headers);

  it("pass on an error made for people", async () => {
    const answer = await fail("conflict");
    expect([answer.status, errorOf(answer)]).toMatchObject([409, { code: "run.active", advice: "Wait for it." }]);
  });

  it("turn a domain's own schema refusal into fields", async () => {
    const answer = await fail("zod");
    expect([answer.status, Object.keys(errorOf(answer).fields ?? {})]).toEqual([422, ["deep.a"]]);
  });

  it("never show the words of an unknown error", async () => {
    const answer = await fail("unknown");
    expect([answer.status, errorOf(answer).code]).toEqual([500, "internal"]);
    expect(answer.text).not.toContain("hunter2");
  });

  it("hold back an answer that does not fit what is declared", async () => {
    const answer = await fail("wrong-output");
    expect([answer.status, errorOf(answer).fields]).toEqual([500, undefined]);
  });
});
