import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService } from "#lib/releases/testing/live-service.ts";
import { listDataChanges } from "./list-data-changes.ts";

useTestDatabase("list-data-changes");
let people: People;
let serviceId: string;

beforeAll(async () => {
  people = await createPeople();
  serviceId = (await createLiveService(people.owner.actor)).id;
});

/** The newest is the last one added. */
let minute = 0;
async function add(title: string, requestedById: string, state = "proposed") {
  const text = { cause: "", problem: "", procedure: "", success: "", statements: "", sourceKey: "", seal: "0" };
  await db().dataChange.create({
    data: {
      ...{
        id: randomUUID(),
        serviceId,
        environment: "production",
        title,
        requestedById,
        state,
        editorIds: [],
        ...text,
      },
      expiresAt: new Date(Date.now() + 3_600_000),
      createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute++)),
    },
  });
}

it("what waits for the reader is found behind any number that waits for others, and once", async () => {
  const [mine, others] = [people.manager.id, people.owner.id];
  for (const title of ["first", "second", "third"]) await add(title, others);
  // Nobody approves their own.
  for (let i = 0; i < 7; i++) await add("own", mine);
  const titles = async (limit: number, cursor?: string) => {
    const { rows, next } = await listDataChanges(people.manager.actor, {
      ...{ filter: "waiting", limit },
      ...(cursor ? { cursor } : {}),
    });
    return { titles: rows.map(({ title }) => title), next };
  };
  expect(await titles(3)).toEqual({ titles: ["third", "second", "first"], next: null });
  const page = await titles(2);
  expect(page.titles).toEqual(["third", "second"]);
  expect(await titles(2, page.next ?? "")).toEqual({ titles: ["first"], next: null });
});
