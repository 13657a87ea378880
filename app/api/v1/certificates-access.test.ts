import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import {
  createIssued,
  createRootZone,
  createServiceRow,
  type IssuedFixture,
} from "#lib/certificates/testing/certificates.ts";
import { db } from "#lib/platform/db/client.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("certaccess");
const api = createApi(ROUTES);
let people: People;
let personal: IssuedFixture;
let ofService: IssuedFixture;

beforeAll(async () => {
  people = await createPeople();
  await createRootZone();
  personal = await createIssued(["*.olga.seaworthy.test", "olga.seaworthy.test"], { ownerId: people.owner.id });
  const service = await createServiceRow(people.owner.id, "pads");
  ofService = await createIssued(["pads.seaworthy.test"], { serviceId: service.id });
});

type Who = keyof People | null;

async function ask(who: Who, method: string, path: string, body?: unknown) {
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: {
        ...(who ? people[who].headers : { origin: "http://localhost:8080" }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

const PASSPHRASE = { passphrase: "correct horse" };

/** Every address of one certificate. */
const ADDRESSES: [string, string, unknown?][] = [
  ["GET", ""],
  ["GET", "/served"],
  ["PATCH", "", { autoRenew: false }],
  ["POST", "/renew"],
  ["POST", "/retry"],
  ["POST", "/revoke", { reason: "unspecified", name: "x" }],
  ["POST", "/deliver"],
  ["POST", "/deliveries", { kind: "ingress" }],
  ["DELETE", "/deliveries/00000000-0000-4000-8000-000000000000"],
  ["DELETE", ""],
  ["GET", "/certificate.pem"],
  ["GET", "/chain.pem"],
  ["GET", "/fullchain.pem"],
  ["POST", "/key.pem"],
  ["POST", "/pkcs12", PASSPHRASE],
];

it("names every route there is for one certificate", () => {
  const known = ADDRESSES.map(([method, rest]) => `${method} ${rest.replace(/00000000.*/, "{deliveryId}")}`).sort();
  const prefix = "/certificates/{certificateId}";
  const declared = ROUTES.filter((route) => route.path.startsWith(prefix));
  expect(declared.map((route) => `${route.method} ${route.path.slice(prefix.length)}`).sort()).toEqual(known);
});

/** Nothing of the certificate's own in what was answered. */
function expectNothing(bytes: Buffer, of: IssuedFixture): void {
  const text = bytes.toString("latin1");
  expect(text).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/);
  expect(text).not.toContain(of.serial);
  for (const line of of.keyPem.split("\n").filter((one) => one.length > 40)) expect(text).not.toContain(line);
}

describe.each(ADDRESSES)("%s /certificates/{id}%s of somebody's own", (method, rest, body?: unknown) => {
  it.each(["teammate", "manager", "dba"] as const)("does not exist for a %s", async (who) => {
    const answer = await ask(who, method, `/certificates/${personal.id}${rest}`, body);
    // A database administrator's role has no deliveries at all, which the door says.
    expect(answer.status).toBe(who === "dba" && rest.startsWith("/deliver") ? 403 : 404);
    expectNothing(answer.bytes, personal);
    expect(answer.bytes.toString()).not.toContain("olga.seaworthy.test");
  });

  it("is nothing for a viewer", async () => {
    const answer = await ask("outsider", method, `/certificates/${personal.id}${rest}`, body);
    expect(answer.status).toBe(method === "GET" && !rest.endsWith(".pem") ? 404 : 403);
    expectNothing(answer.bytes, personal);
    expect(answer.bytes.toString()).not.toContain("olga.seaworthy.test");
  });

  it.each([null, "disabled", "expired"] as const)("is closed to %s", async (who) => {
    const answer = await ask(who, method, `/certificates/${personal.id}${rest}`, body);
    expect(answer.status).toBe(401);
    expectNothing(answer.bytes, personal);
  });
});

describe.each(ADDRESSES)("%s /certificates/{id}%s of a service", (method, rest, body?: unknown) => {
  const isRead = method === "GET" && !rest.endsWith(".pem");

  it.each(["teammate", "manager", "dba", "outsider"] as const)(
    "gives a %s facts at most, never a file",
    async (who) => {
      const answer = await ask(who, method, `/certificates/${ofService.id}${rest}`, body);
      expect(answer.status).toBe(isRead ? 200 : 403);
      const text = answer.bytes.toString("latin1");
      expect(text).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/);
      for (const line of ofService.keyPem.split("\n").filter((one) => one.length > 40))
        expect(text).not.toContain(line);
    },
  );

  it.each([null, "disabled", "expired"] as const)("is closed to %s", async (who) => {
    expect((await ask(who, method, `/certificates/${ofService.id}${rest}`, body)).status).toBe(401);
  });
});

it("lists, counts and shows in the calendar only what the reader may see", async () => {
  for (const path of [
    "/certificates",
    "/certificates?q=olga",
    "/certificates/calendar",
    "/certificates?state=issued",
  ]) {
    for (const who of ["teammate", "manager", "dba", "outsider"] as const) {
      const { status, bytes } = await ask(who, "GET", path);
      expect(status).toBe(200);
      expect(bytes.toString()).not.toContain("olga.seaworthy.test");
    }
    for (const who of ["owner", "admin"] as const)
      expect((await ask(who, "GET", path)).bytes.toString()).toContain("olga.seaworthy.test");
    expect((await ask(null, "GET", path)).status).toBe(401);
  }
  const page = JSON.parse((await ask("teammate", "GET", "/certificates")).bytes.toString());
  expect(page.total).toBe(1);
});

it("shows the owner and administrators no key either, wherever they look", async () => {
  for (const who of ["owner", "admin"] as const)
    for (const path of [
      "/certificates",
      `/certificates/${personal.id}`,
      "/certificates/calendar",
      "/certificates/places",
      "/home",
    ]) {
      const { status, bytes } = await ask(who, "GET", path);
      expect(status).toBe(200);
      expect(bytes.toString()).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE|keySecretId|chainPem/);
    }
});

describe("files", () => {
  it.each(["owner", "admin"] as const)("are whole for the %s, and kept nowhere on the way", async (who) => {
    const files = {
      "certificate.pem": personal.leafPem,
      "chain.pem": personal.issuerPem,
      "fullchain.pem": personal.chainPem,
    };
    for (const [name, pem] of Object.entries(files)) {
      const { status, headers, bytes } = await ask(who, "GET", `/certificates/${personal.id}/${name}`);
      expect(status).toBe(200);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(bytes.toString().trim()).toBe(pem.trim());
    }
    const key = await ask(who, "POST", `/certificates/${personal.id}/key.pem`);
    expect(key.bytes.toString().trim()).toBe(personal.keyPem.trim());
    expect(key.headers.get("cache-control")).toBe("no-store");
    expect(key.headers.get("content-disposition")).toContain('filename="wildcard.olga.seaworthy.test.key.pem"');
  });

  it("of a service go to the service's owner", async () => {
    const key = await ask("owner", "POST", `/certificates/${ofService.id}/key.pem`);
    expect(key.bytes.toString().trim()).toBe(ofService.keyPem.trim());
  });

  it("with a key are written down: who took which, and in which form", async () => {
    await db().auditEvent.deleteMany({ where: { action: "certificates.downloadKey" } });
    await ask("owner", "POST", `/certificates/${personal.id}/key.pem`);
    await ask("admin", "POST", `/certificates/${personal.id}/pkcs12`, PASSPHRASE);
    await ask("owner", "GET", `/certificates/${personal.id}/fullchain.pem`);
    const events = await db().auditEvent.findMany({
      where: { action: "certificates.downloadKey" },
      orderBy: { id: "asc" },
    });
    expect(events).toMatchObject([
      { actorId: people.owner.id, subjectId: personal.id, detail: { form: "pem", serial: personal.serial } },
      { actorId: people.admin.id, subjectId: personal.id, detail: { form: "pkcs12" } },
    ]);
    expect(JSON.stringify(events.map((event) => event.detail))).not.toMatch(/correct horse|PRIVATE KEY/);
  });

  it("take their passphrase from the body only, and a fair one", async () => {
    const path = `/certificates/${personal.id}/pkcs12`;
    expect((await ask("owner", "POST", `${path}?passphrase=correct-horse`, PASSPHRASE)).status).toBe(422);
    expect((await ask("owner", "POST", path, { passphrase: "short" })).status).toBe(422);
    expect((await ask("owner", "POST", path, { passphrase: "schlüssel-bund" })).status).toBe(422);
    expect((await ask("owner", "GET", path)).status).toBe(405);
    const { status, bytes } = await ask("owner", "POST", path, PASSPHRASE);
    expect(status).toBe(200);
    expect(bytes.toString("latin1")).not.toContain("PRIVATE KEY");
  });

  it("need a request of the panel's own pages, and nobody else's eyes", async () => {
    const path = `/certificates/${personal.id}/key.pem`;
    const cross = await api(
      new Request(`http://localhost:8080/api/v1${path}`, {
        method: "POST",
        headers: { ...people.owner.headers, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      }),
    );
    expect(cross.status).toBe(403);
    await ask("admin", "POST", `/users/${people.owner.id}/view`);
    for (const [method, file] of [
      ["GET", "fullchain.pem"],
      ["POST", "key.pem"],
    ] as const) {
      const { status, bytes } = await ask("admin", method, `/certificates/${personal.id}/${file}`);
      expect(status).toBe(403);
      expectNothing(bytes, personal);
    }
    await ask("admin", "DELETE", "/session/view");
  });
});
