import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { countRowsRead } from "#lib/platform/db/testing/count-rows-read.ts";
import { createDraft } from "./commands/create-draft.ts";
import { updateDraft } from "./commands/update-draft.ts";
import { checkDraft } from "./queries/check-draft.ts";
import { getHome } from "./queries/get-home.ts";
import { getService } from "./queries/get-service.ts";
import { listServices } from "./queries/list-services.ts";
import { fillAnswers } from "./schema/answers.ts";
import { type Actors, createActors } from "./testing/actors.ts";

/** A panel that has been at work for years: pages must not notice. */
const SERVICES = 1_000;
const RUNS = 100_000;

// One connection, so that its counters are of the work alone.
useTestDatabase("large", { DATABASE_POOL_SIZE: "1" });
let people: Actors;

beforeAll(async () => {
  people = await createActors();
  const owner = people.owner.id;
  const answers = JSON.stringify(
    fillAnswers({
      identity: { name: "svc-1", purpose: "x", ownerId: owner },
      placement: { image: "a:1" },
      data: { database: "mariadb" },
    }),
  );
  const fill = (statement: string, ...values: unknown[]) => db().$executeRawUnsafe(statement, ...values);
  const id = "CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0'))";
  await fill(
    `INSERT INTO Service (id, name, purpose, ownerId, state) SELECT ${id}, CONCAT('svc-', seq), CONCAT('Purpose ', seq), ?, 'live' FROM seq_1_to_${SERVICES}`,
    owner,
  );
  await fill(
    `INSERT INTO Environment (id, serviceId, name, stackName) SELECT ${id}, ${id}, 'production', CONCAT('svc-', seq, '-production') FROM seq_1_to_${SERVICES}`,
  );
  await fill(
    `INSERT INTO Answers (serviceId, version, answers, hash, byId) SELECT ${id}, 1, ?, REPEAT('x', 32), ? FROM seq_1_to_${SERVICES}`,
    answers,
    owner,
  );
  await fill(
    `INSERT INTO Secret (id, name, version, serviceId, keyId, nonce, ciphertext)
     SELECT ${id}, CONCAT('services.svc-', seq, '.db_pass'), 1, ${id}, 'k1', REPEAT('x', 12), '' FROM seq_1_to_${SERVICES}`,
  );
  await fill(
    `INSERT INTO ServiceClaim (kind, value, serviceId) SELECT 'hostname', CONCAT('svc-', seq, '.example.org'), ${id} FROM seq_1_to_${SERVICES}`,
  );
  await fill(
    `INSERT INTO SwarmService (id, name, stack, image, desired, running, updatedAt, observedAt)
     SELECT LPAD(seq, 25, '0'), CONCAT('svc-', seq, '-production_app'), CONCAT('svc-', seq, '-production'), 'a:1', 2, IF(seq % 100 = 0, 1, 2), NOW(3), NOW(3) FROM seq_1_to_${SERVICES}`,
  );
  await fill(
    `INSERT INTO Certificate (id, serviceId, names, state, notAfter)
     SELECT ${id}, ${id}, CONCAT('svc-', seq, '.example.org'), 'issued', NOW(3) + INTERVAL seq DAY FROM seq_1_to_${SERVICES}`,
  );
  await fill(
    `INSERT INTO Backup (id, serviceId, environment, engine, state, targetId, \`key\`, startedAt, finishedAt)
     SELECT CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0')), CONCAT('00000000-0000-4000-8000-', LPAD(1 + seq % ${SERVICES}, 12, '0')), 'production', 'mariadb',
            'verified', '00000000-0000-4000-8000-000000000001', CONCAT('/b/', seq), NOW(3) - INTERVAL seq MINUTE, NOW(3) - INTERVAL seq MINUTE FROM seq_1_to_20000`,
  );
  await fill(
    `INSERT INTO Run (mode, checklistKey, checklistVersion, title, serviceId, state, startKey, requestedById, finishedAt)
     SELECT 'apply', 'backup', 1, 'Backup', CONCAT('00000000-0000-4000-8000-', LPAD(1 + seq % ${SERVICES}, 12, '0')),
            IF(seq % 5000 = 0, 'failed', 'succeeded'), CONCAT('k', seq), ?, NOW(3) FROM seq_1_to_${RUNS}`,
    owner,
  );
  await fill(
    `INSERT INTO Step (runId, \`key\`, position, name, title, queue, input, state)
     SELECT seq, 'backup', 0, 'backups.take', 'Back up', 'backups', '{}', 'succeeded' FROM seq_1_to_${RUNS}`,
  );
  await fill("ANALYZE TABLE Service, Run, Step, Backup, Certificate, SwarmService, ServiceClaim, Answers");
});

describe(`with ${SERVICES} services and ${RUNS} runs`, () => {
  test("no page reads more than it shows needs", async () => {
    const draft = await createDraft(people.owner);
    await updateDraft(people.owner, draft.id, {
      rev: 1,
      answers: {
        identity: { name: "newcomer", purpose: "x", dependsOn: [{ service: "svc-7", reason: "" }] },
        placement: { image: "a:1" },
      },
    });
    const middle = await listServices(people.owner, { limit: 50, after: "svc-500" });
    expect(middle.items).toHaveLength(50);
    const rows = {
      list: await countRowsRead(() => listServices(people.owner, { limit: 50 })),
      search: await countRowsRead(() => listServices(people.owner, { q: "99.example", limit: 50 })),
      service: await countRowsRead(() => getService(people.outsider, "svc-500")),
      home: await countRowsRead(() => getHome(people.owner)),
      check: await countRowsRead(() => checkDraft(people.owner, draft.id)),
    };
    // Home and the list may pass over the services; nobody passes over the runs, their steps or the backups.
    expect(rows.list).toBeLessThan(6 * SERVICES);
    expect(rows.search).toBeLessThan(6 * SERVICES);
    expect(rows.service).toBeLessThan(SERVICES);
    expect(rows.home).toBeLessThan(20 * SERVICES);
    expect(rows.check).toBeLessThan(SERVICES);
  });
});
