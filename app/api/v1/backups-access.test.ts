import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { addPoint, addPolicy } from "#lib/backups/testing/points.ts";
import { db } from "#lib/platform/db/client.ts";
import { backupsRoutes } from "./backups-routes.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("backupaccess");
const api = createApi(ROUTES);
let people: People;
let pointId: string;

beforeAll(async () => {
  people = await createPeople();
  const serviceId = randomUUID();
  await db().service.create({
    data: { id: serviceId, name: "pads", purpose: "x", ownerId: people.owner.id, state: "live" },
  });
  pointId = await addPoint(await addPolicy({ serviceId }));
  await db().backupLink.create({
    data: {
      ...{ id: randomUUID(), backupId: pointId, tokenHash: new Uint8Array(32).fill(9), byId: people.owner.id },
      ...{ reason: "A secret reason", expiresAt: new Date(Date.now() + 3_600_000) },
    },
  });
});

async function ask(who: keyof People | null, path: string) {
  const headers = who ? people[who].headers : { origin: "http://localhost:8080" };
  const response = await api(new Request(`http://localhost:8080/api/v1${path}`, { headers }));
  return { status: response.status, text: await response.text() };
}

const paths = () => ["/backups/board", "/backups", `/backups/${pointId}`];

describe("reading backups", () => {
  it("is for everybody who is signed in, and nobody else", async () => {
    for (const path of paths()) {
      for (const who of ["owner", "teammate", "outsider", "manager", "dba", "admin"] as const)
        expect((await ask(who, path)).status, `${who} ${path}`).toBe(200);
      for (const who of [null, "disabled", "expired"] as const)
        expect((await ask(who, path)).status, `${who} ${path}`).toBe(401);
    }
  });

  it("gives nobody a link's token or a secret's value, and its reason only to who could make one", async () => {
    for (const who of ["owner", "teammate", "outsider", "manager", "dba", "admin"] as const)
      for (const path of paths()) {
        const { text } = await ask(who, path);
        expect(text).not.toMatch(/tokenHash|pass":"|PRIVATE KEY/);
        const mayLink = ["owner", "dba", "admin"].includes(who);
        if (!mayLink) expect(text).not.toContain("A secret reason");
      }
    expect((await ask("owner", `/backups/${pointId}`)).text).toContain("A secret reason");
  });

  it("refuses what is not asked as declared", async () => {
    for (const path of [
      "/backups?state=splendid",
      "/backups?availability=none",
      "/backups?limit=100000",
      "/backups?policyId=1",
      "/backups/board?sort=size;drop",
      "/backups/board?filter=all",
      "/backups?unknown=1",
    ])
      expect((await ask("admin", path)).status, path).toBe(422);
    expect((await ask("admin", "/backups/not-an-id")).status).toBe(422);
    expect((await ask("admin", `/backups/${randomUUID()}`)).status).toBe(404);
  });

  it("changes nothing: these routes only read", () => {
    expect(backupsRoutes.map((route) => route.method)).toEqual(["GET", "GET", "GET"]);
    expect(ROUTES.some((route) => (route.path as string) === "/services/{serviceName}/backups")).toBe(false);
  });
});
