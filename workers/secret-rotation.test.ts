import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { listTasks } from "#lib/integrations/docker/services.ts";
import { listSecrets } from "#lib/integrations/docker/swarm.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { openStage, type Stage, type TestActor, until } from "#lib/runs/testing/stage.ts";
import { rotateSecret } from "#lib/secret-stores/commands/rotate-secret.ts";
import { listServiceSecrets } from "#lib/secret-stores/queries/list-service-secrets.ts";
import { findSecret, readSecret } from "#lib/secrets/queries.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { LABELS } from "#lib/swarm/names.ts";
import { sqlKinds, testWorld } from "#local/test-world.ts";
import { createRunning, type Running, untilRunEnds } from "./testing/deploy-stage.ts";
import { describeSteps } from "./testing/provision.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** Secrets that get a new value, on the real swarm and real databases, carried out by the real worker process. */
let stage: Stage;
let owner: TestActor;
const signal = () => AbortSignal.timeout(300_000);
const BOTH = { inPlace: false, restartDatabase: true };

beforeAll(async () => {
  Object.assign(process.env, {
    LOG_LEVEL: "info",
    SWARM_CONVERGE_TIMEOUT_S: "60",
    WORKER_QUEUES: "provisioning,releases",
  });
  stage = await openStage("rotation");
  owner = stage.actor;
});
afterEach(() => killWorkers());
afterAll(() => stage.close());

const MARIADB_LOGIN =
  'mariadb -h"$DATABASE_HOST" -u"$DATABASE_USER" -p"$(cat /run/secrets/db_pass)" --connect-timeout=5 -N -B "$DATABASE_NAME" -e "SELECT USER()"';
const LOGINS = {
  mariadb: MARIADB_LOGIN,
  // The app's image has this client, which signs in to MySQL too.
  mysql: MARIADB_LOGIN,
  postgresql:
    'PGPASSWORD="$(cat /run/secrets/db_pass)" PGCONNECT_TIMEOUT=5 psql -X -A -t -q -w -h "$DATABASE_HOST" -U "$DATABASE_USER" "$DATABASE_NAME" -c "SELECT current_user"',
};
type Engine = keyof typeof LOGINS;

/** An app that is healthy as long as its database lets it in with what it was given. */
const runSigningIn = (engine: Engine) =>
  createRunning(
    owner,
    {
      data: { database: engine, databaseMemoryMb: engine === "mysql" ? 1024 : 256 },
      placement: {
        memoryMb: 128,
        ...{ healthKind: "command", healthCommand: ["sh", "-c", LOGINS[engine]] },
        ...{ healthIntervalS: 1, healthTimeoutS: 10, healthRetries: 3, healthStartPeriodS: 60 },
      },
    },
    testWorld().images?.redis,
  );

const runningTasks = async (name: string) =>
  (await listTasks({ service: [name] }, signal())).flatMap((task) => {
    const id = task.Status.ContainerStatus?.ContainerID;
    return task.Status.State === "running" && task.DesiredState === "running" && id ? [{ task: task.ID, id }] : [];
  });

/** A client that never stops: every task of the app asks the database, again and again, with what that task was given. */
function poll(service: Running, engine: Engine) {
  const seen = { asked: 0, refused: [] as string[], without: 0, users: new Set<string>() };
  let going = true;
  const asking = (async () => {
    while (going) {
      const tasks = await runningTasks(service.app).catch(() => undefined);
      if (tasks?.length === 0) seen.without += 1;
      for (const { task, id } of tasks ?? []) {
        const answer = await runExec(id, { argv: ["sh", "-c", LOGINS[engine]] }, signal()).catch(() => undefined);
        const stillThere = (await runningTasks(service.app).catch(() => [])).some((one) => one.task === task);
        if (!answer || (!stillThere && answer.exitCode !== 0)) continue;
        seen.asked += 1;
        if (answer.exitCode === 0) seen.users.add(answer.stdout.trim().split("@")[0] ?? "");
        else seen.refused.push(answer.stderr);
      }
      await delay(30);
    }
  })();
  return {
    seen,
    stop: async () => {
      going = false;
      await asking;
      return seen;
    },
  };
}

const listInSwarm = async ({ name }: Running) =>
  (await listSecrets([`${LABELS.service}=${name}`], signal())).map(({ Spec }) => Spec.Name).sort();

async function signsIn(service: Running, engine: Engine, password: string, user = service.name.replaceAll("-", "_")) {
  const [task] = await runningTasks(service.app);
  const argv =
    engine === "postgresql"
      ? ["psql", "-X", "-A", "-t", "-q", "-w", "-h", "db", "-U", user, user, "-c", "SELECT 1"]
      : ["mariadb", "-hdb", `-u${user}`, "-N", "-B", "-e", "SELECT 1"];
  const env = { [engine === "postgresql" ? "PGPASSWORD" : "MYSQL_PWD"]: password };
  const { exitCode, stderr } = await runExec(task?.id ?? "", { argv, env }, signal());
  if (exitCode !== 0) expect(stderr).toMatch(/denied|authentication failed/i);
  return exitCode === 0;
}

/** Kills the worker once in each step as it runs, and starts another each time. */
async function killInEachStep(runId: number): Promise<string[]> {
  const killed: string[] = [];
  let worker = await startWorker();
  await until("each step to have lost a worker", async () => {
    const { state } = await db().run.findUniqueOrThrow({ where: { id: runId } });
    if (!["pending", "running"].includes(state)) return true;
    const [running] = await sql.rows<{ key: string }>("SELECT `key` FROM Step WHERE runId = ? AND state = 'running'", [
      runId,
    ]);
    if (!running || killed.includes(running.key)) return false;
    killed.push(running.key);
    await worker.kill();
    await sql.run("UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) WHERE runId = ? AND state = 'running'", [runId]);
    worker = await startWorker();
    return false;
  });
  return killed;
}

describe.each(sqlKinds)("the password of a %s database", (engine) => {
  let service: Running;
  beforeAll(async () => {
    service = await runSigningIn(engine);
  });
  afterAll(() => service?.remove());
  const fullName = () => `services.${service.name}.db_pass`;

  test("changes under a client that never stops asking: no request is refused, and afterwards the old one opens nothing", async () => {
    await startWorker();
    const polling = poll(service, engine);
    await until("the client to be answered", async () => polling.seen.asked > 3);
    const { runId, version } = await rotateSecret(owner, service.name, {
      ...{ environment: "production", secret: "db_pass" },
      ...{ inPlace: false, restartDatabase: false },
    });
    expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("succeeded");
    const { refused, without, asked, users } = await polling.stop();
    expect({ refused, without, version }).toEqual({ refused: [], without: 0, version: 2 });
    expect(asked).toBeGreaterThan(20);
    expect([...users]).toEqual([service.name.replaceAll("-", "_")]);
    const value = (await readSecret(db(), fullName())).value.toString();
    expect(await signsIn(service, engine, value)).toBe(true);
    expect(await signsIn(service, engine, "value-of-db_pass")).toBe(false);
    expect(await signsIn(service, engine, value, `${service.name.replaceAll("-", "_")}_next`)).toBe(false);
    expect(await findSecret(db(), fullName(), 1)).toBeNull();
    // The database runs on, with the file of a value that opens nothing.
    expect(await listInSwarm(service)).toContain(fullName());
    const { secrets } = await listServiceSecrets(owner, service.name);
    expect(secrets.find(({ name }) => name === fullName())).toMatchObject({
      ...{ version: 2, olderVersions: [], account: "app", run: null },
      uses: expect.arrayContaining([
        { kind: "app", words: `${service.app} reads /run/secrets/db_pass`, href: null },
        expect.objectContaining({ kind: "database" }),
      ]),
    });
    const logs = JSON.stringify(await db().logChunk.findMany({ where: { attempt: { step: { runId } } } }));
    expect(logs).not.toContain(value);
    expect(logs).not.toContain("value-of-db_pass");
  });

  // To the engine every database is the same here, and MySQL takes longest to start.
  test.runIf(engine !== "mysql")(
    "a worker that dies in every step leaves a rotation that goes on; the old value is gone everywhere",
    async () => {
      const before = (await readSecret(db(), fullName())).value.toString();
      const { runId } = await rotateSecret(owner, service.name, {
        ...{ environment: "production", secret: "db_pass" },
        ...BOTH,
      });
      const killed = await killInEachStep(runId);
      expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("succeeded");
      expect(killed.length).toBeGreaterThan(3);
      const after = (await readSecret(db(), fullName())).value.toString();
      await until("the app to serve", async () => (await runningTasks(service.app)).length === 1);
      expect(await signsIn(service, engine, after)).toBe(true);
      expect(await signsIn(service, engine, before)).toBe(false);
      const left = (await listInSwarm(service)).filter((name) => name.startsWith(fullName()));
      expect(left).toEqual([`${fullName()}.v3`]);
      expect(await db().secret.count({ where: { name: fullName(), deletedAt: null } })).toBe(1);
    },
  );

  if (engine !== "postgresql")
    test("its administrator's password changes too, without the app noticing", async () => {
      await startWorker();
      const tasks = await runningTasks(service.app);
      const { runId } = await rotateSecret(owner, service.name, {
        ...{ environment: "production", secret: "db_root_pass" },
        ...{ inPlace: false, restartDatabase: false },
      });
      expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("succeeded");
      expect(await runningTasks(service.app)).toEqual(tasks);
      const value = (await readSecret(db(), `services.${service.name}.db_root_pass`)).value.toString();
      expect(await signsIn(service, engine, value, "root")).toBe(true);
      expect(await signsIn(service, engine, "value-of-db_root_pass", "root")).toBe(false);
    });
});

test("a value that somebody enters comes to the app; new tasks that do not start with it leave the old ones and the old value", async () => {
  const service = await createRunning(
    owner,
    {
      secrets: { others: [{ name: "api_key", purpose: "Signs requests", source: "stored" }] },
      placement: {
        ...{ healthKind: "command", healthCommand: ["sh", "-c", "! grep -q wrong /run/secrets/api_key"] },
        ...{ healthIntervalS: 1, healthTimeoutS: 5, healthRetries: 2, healthStartPeriodS: 1 },
      },
    },
    testWorld().images?.redis,
  );
  try {
    await startWorker();
    const input = { environment: "production", secret: "api_key", inPlace: false, restartDatabase: false };
    const stranger = await stage.addActor("staff", "Otto Outsider");
    expect(await refusalOf(rotateSecret(stranger, service.name, { ...input, value: "x" }))).toMatchObject({
      status: 403,
    });
    const read = async () => {
      const [task] = await runningTasks(service.app);
      return (await runExec(task?.id ?? "", { argv: ["cat", "/run/secrets/api_key"] }, signal())).stdout;
    };
    const wrong = await rotateSecret(owner, service.name, { ...input, value: "a wrong one" });
    expect(await untilRunEnds(wrong.runId), await describeSteps(wrong.runId)).toBe("failed");
    expect(await read()).toBe("value-of-api_key");
    expect(await runningTasks(service.app)).toHaveLength(1);
    const step = await db().step.findUniqueOrThrow({ where: { runId_key: { runId: wrong.runId, key: "roll" } } });
    expect(step.error).toMatchObject({ message: expect.stringContaining("serves again, with the old value") });
    const given = `given-${randomUUID()}`;
    const { runId } = await rotateSecret(owner, service.name, { ...input, value: given });
    expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("succeeded");
    expect(await read()).toBe(given);
    expect((await listInSwarm(service)).filter((name) => name.includes("api_key"))).toEqual([
      `services.${service.name}.api_key.v3`,
    ]);
  } finally {
    await service.remove();
  }
});
