import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { countRowsRead } from "#lib/platform/db/testing/count-rows-read.ts";
import { type Actors, createActors } from "#lib/services/testing/actors.ts";
import { expireDeployments, startApproved, voidDrifted, watchReviews } from "./commands/sweep-deployments.ts";
import { listApprovals } from "./queries/list-approvals.ts";
import { listDeployments } from "./queries/list-deployments.ts";
import { readDeploymentsCalendar } from "./queries/read-calendar.ts";

/** Years of releases, one every ten minutes: pages and loops must not notice. */
const SERVICES = 500;
const DEPLOYMENTS = 50_000;
const DAY_MS = 86_400_000;

// One connection, so that its counters are of the work alone.
useTestDatabase("largereleases", { DATABASE_POOL_SIZE: "1" });
let people: Actors;
const ID = "CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0'))";
const OWNER = `CONCAT('00000000-0000-4000-8000-', LPAD(1 + seq % ${SERVICES}, 12, '0'))`;
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

beforeAll(async () => {
  people = await createActors();
  const fill = (statement: string, ...values: unknown[]) => db().$executeRawUnsafe(statement, ...values);
  await fill(
    `INSERT INTO Service (id, name, purpose, ownerId, state) SELECT ${ID}, CONCAT('svc-', seq), 'x', ?, 'live' FROM seq_1_to_${SERVICES}`,
    people.owner.id,
  );
  await fill(
    `INSERT INTO Environment (id, serviceId, name, stackName) SELECT ${ID}, ${ID}, 'production', CONCAT('svc-', seq, '-production') FROM seq_1_to_${SERVICES}`,
  );
  await fill(
    `INSERT INTO \`Release\` (id, serviceId, number, state, images, template, migrations, labels, notes, origin)
     SELECT ${ID}, ${ID}, 1, 'ready', '{}', '{}', '[]', '{}', '', 'person' FROM seq_1_to_${SERVICES}`,
  );
  // The newest first; one in a thousand broke the glass and was reviewed.
  await fill(
    `INSERT INTO Deployment (id, releaseId, environmentId, kind, state, content, configVersion, answers, evidence, targetState,
       seal, needed, requestedById, editorIds, createdAt, expiresAt, startedAt, finishedAt, reviewDueAt, reviewedAt)
     SELECT ${ID}, ${OWNER}, ${OWNER}, IF(seq % 1000 = 0, 'break-glass', 'release'), IF(seq % 7 = 0, 'failed', 'done'), '{}', 1,
       '{}', '{}', '{}', REPEAT('a', 64), 1, ?, '[]', NOW(3) - INTERVAL seq * 10 MINUTE, NOW(3) - INTERVAL seq * 10 MINUTE,
       NOW(3) - INTERVAL seq * 10 MINUTE, NOW(3) - INTERVAL seq * 10 MINUTE,
       IF(seq % 1000 = 0, NOW(3) - INTERVAL seq * 10 MINUTE, NULL), IF(seq % 1000 = 0, NOW(3), NULL)
       FROM seq_1_to_${DEPLOYMENTS}`,
    people.teammate.id,
  );
  await fill("ANALYZE TABLE Service, Environment, `Release`, Deployment");
});

describe(`with ${SERVICES} services and ${DEPLOYMENTS} deployments`, () => {
  test.each<[string, Parameters<typeof listDeployments>[1], number]>([
    ["all", {}, 500],
    ["a page far down", { after: idOf(40_000) }, 500],
    ["one service", { serviceName: "svc-9" }, 1_000],
    ["one service's production", { serviceName: "svc-9", environment: "production" }, 1_000],
    ["those that wait", { state: "proposed" }, 100],
  ])("the list of %s reads a page, not the history", async (_, filter, most) => {
    expect(await countRowsRead(() => listDeployments(people.outsider, filter))).toBeLessThan(most);
  });

  test("the queue of approvals reads what waits", async () => {
    expect(await countRowsRead(() => listApprovals(people.manager))).toBeLessThan(300);
    expect(await countRowsRead(() => listApprovals(people.owner))).toBeLessThan(100);
  });

  test("a week of the calendar reads some weeks", async () => {
    const until = new Date();
    const span = { from: new Date(until.getTime() - 7 * DAY_MS), until };
    // Up to 35 days before it something may have been planned for it: 144 a day, each with where it went.
    expect(await countRowsRead(() => readDeploymentsCalendar(people.outsider, span))).toBeLessThan(20_000);
  });

  test("a round of the loops reads what is open", async () => {
    for (const round of [startApproved, expireDeployments, voidDrifted, watchReviews])
      expect(await countRowsRead(() => round())).toBeLessThan(300);
  });
});
