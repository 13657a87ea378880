import { generateKeyPairSync, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { overrideConfig } from "#lib/platform/config/config.ts";
import type { Config } from "#lib/platform/config/settings.ts";
import { db } from "#lib/platform/db/client.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { compiled, openStage, type Stage, startRun, untilState } from "#lib/runs/testing/stage.ts";
import { createTestContext, type TestContext } from "#lib/steps/testing/context.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { addDatabase, clearStack, contextFor, createStackInput } from "#lib/swarm/testing.ts";
import { repositoryCheck } from "./steps/check.ts";
import { repositoryPromote } from "./steps/promote.ts";
import { repositoryRetire } from "./steps/retire.ts";
import { repositoryWrite } from "./steps/write.ts";
import { openTestRepository, type TestRepository } from "./testing/open-repository.ts";

const STEPS = [repositoryWrite, repositoryCheck, repositoryPromote, repositoryRetire];

let stage: Stage;
let repository: TestRepository;

const use = (more: Partial<Config> = {}) => overrideConfig({ ...repository.settings, ...more });

beforeAll(async () => {
  stage = await openStage("repository");
  await stage.startEngine(STEPS, { leaseMs: 20_000 });
});
beforeEach(async () => {
  repository = await openTestRepository();
  use();
  return () => repository.close();
});
afterAll(async () => {
  overrideConfig(undefined);
  await stage.close();
});

async function addService() {
  const id = randomUUID();
  const name = `pad-${id.slice(0, 6)}`;
  await db().service.create({ data: { id, name, purpose: "Notes", ownerId: stage.actor.id, state: "provisioning" } });
  return { id, name, path: `services/app-01/${name}.nix` };
}
type Service = Awaited<ReturnType<typeof addService>>;

const moduleOf = ({ name, path }: Pick<Service, "name" | "path">, options: { name: string; value: string }[] = []) => ({
  path,
  file: {
    kind: "nix",
    module: { serviceName: name, purpose: "Notes for everybody", module: "etherpad", package: null, options },
  },
});

function publishSteps(service: Service, input: Record<string, unknown> = moduleOf(service)) {
  const { path } = service;
  return [
    compiled("write", "repository.write", [], { input }),
    compiled("check", "repository.check", ["write"], { input: { path } }),
    compiled("promote", "repository.promote", ["check"], { input: { path, check: "check" } }),
  ];
}

const start = (service: Service, steps = publishSteps(service), more = {}) =>
  startRun(stage.actor, steps, { serviceId: service.id, ...more });

async function publish(service: Service, steps = publishSteps(service)) {
  const { runId } = await start(service, steps);
  expect(await untilState(runId, "finished")).toBe("succeeded");
  return runId;
}

const stepOf = (runId: number, key: string) => db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } });
const logOf = async (runId: number) =>
  (await db().logChunk.findMany({ where: { attempt: { step: { runId } } } }))
    .map(({ body }) => String(body))
    .join("\n");

describe("a service's module", () => {
  test("comes to staging, is built, and only then main goes forward to that very commit", async () => {
    const service = await addService();
    const before = await repository.ask("rev-parse", "main");
    const runId = await publish(
      service,
      publishSteps(service, moduleOf(service, [{ name: "settings.port", value: "9001" }])),
    );
    const main = await repository.ask("rev-parse", "main");
    expect(main).toBe(await repository.ask("rev-parse", "staging"));
    expect(await repository.ask("rev-parse", "main^")).toBe(before);
    const text = await repository.ask("show", `main:${service.path}`);
    expect(text).toContain("services.etherpad = {");
    expect(text).toContain("settings.port = 9001;");
    expect(await repository.hasFile("main", "services/app-01/default.nix")).toBe(true);
    expect(await repository.ask("log", "-1", "--format=%an%n%B", "main")).toContain(`Seaworthy-Run: ${runId}`);
    expect((await stepOf(runId, "promote")).output).toEqual({ commit: main });
    const resource = await db().resource.findFirstOrThrow({ where: { serviceId: service.id } });
    expect(resource).toMatchObject({ kind: "repository.file", providerId: service.path, state: "present" });
  });

  test("that is there already as it should be makes no second commit", async () => {
    const service = await addService();
    await publish(service);
    const main = await repository.ask("rev-parse", "main");
    await publish(service);
    expect(await repository.ask("rev-parse", "main")).toBe(main);
  });

  test("that does not build leaves main where it was, and goes on once a person has mended staging", async () => {
    const service = await addService();
    const before = await repository.ask("rev-parse", "main");
    await repository.push("staging", "services/app-01/broken.nix", "{ a = ; }\n", "main");
    const { runId } = await start(service);
    await untilState(runId, ["waiting", "failed"]);
    const check = await stepOf(runId, "check");
    expect(check.error).toMatchObject({ code: "repository.check_failed", class: "needs_person" });
    expect((check.error as { detail: string }).detail).toMatch(/syntax error[\s\S]*at services\/app-01\/broken\.nix/);
    expect(await repository.ask("rev-parse", "main")).toBe(before);
    expect(await repository.hasFile("staging", service.path)).toBe(true);
    await repository.push("staging", "services/app-01/broken.nix", "{ a = 1; }\n");
    await retryRun(stage.actor, runId, []);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    expect(await repository.ask("rev-parse", "main")).toBe(await repository.ask("rev-parse", "staging"));
  });
});

describe("two who push at the same time", () => {
  test("a person's commit that arrives in between is under ours, and none is lost", async () => {
    const service = await addService();
    const person = await repository.push("staging", "hosts/app-02.nix", "{ }\n", "main");
    await publish(service);
    expect(await repository.ask("merge-base", "--is-ancestor", person, "main")).toBe("");
    expect(await repository.hasFile("main", "hosts/app-02.nix")).toBe(true);
    expect(await repository.hasFile("main", service.path)).toBe(true);
  });

  test("five runs and a person at once all end with everything of everybody on main", async () => {
    const services = await Promise.all(Array.from({ length: 5 }, addService));
    const [, ...people] = await Promise.all([
      Promise.all(services.map((service) => publish(service))),
      (async () => {
        const commits: string[] = [];
        for (let number = 1; number <= 3; number++)
          commits.push(await pushUntilTaken("staging", `hosts/web-${number}.nix`));
        return commits;
      })(),
    ]);
    // What was pushed to staging after the last promotion is not on main yet, and is not lost either.
    for (const commit of people.flat()) await repository.ask("merge-base", "--is-ancestor", commit, "staging");
    for (const { path } of services) expect(await repository.hasFile("main", path), path).toBe(true);
    const log = await repository.ask("log", "--format=%s", "main");
    for (const { name } of services) expect(log.match(new RegExp(`Add ${name}:`, "g")), name).toHaveLength(1);
  });

  /** As a person does: pull again when somebody was quicker. */
  async function pushUntilTaken(branch: string, path: string): Promise<string> {
    for (let tries = 1; ; tries++) {
      const from = (await repository.ask("for-each-ref", `refs/heads/${branch}`)) === "" ? "main" : branch;
      try {
        return await repository.push(branch, path, "{ }\n", from);
      } catch (error) {
        if (tries > 50) throw error;
      }
    }
  }

  test("main that has moved is merged on staging, the merge is checked, and main goes forward to it", async () => {
    const first = await addService();
    await publish(first);
    await repository.push("staging", "hosts/app-03.nix", "{ }\n");
    const urgent = await repository.push("main", "hosts/app-04.nix", "{ }\n");
    const service = await addService();
    await publish(service);
    const main = await repository.ask("rev-parse", "main");
    expect(main).toBe(await repository.ask("rev-parse", "staging"));
    await repository.ask("merge-base", "--is-ancestor", urgent, main);
    for (const path of ["hosts/app-03.nix", "hosts/app-04.nix", first.path, service.path])
      expect(await repository.hasFile("main", path), path).toBe(true);
  });

  test("branches that contradict each other wait for a person, and neither moves", async () => {
    await repository.push("staging", "hosts/app-01.nix", "{ a = 1; }\n", "main");
    const main = await repository.push("main", "hosts/app-01.nix", "{ b = 2; }\n");
    const { runId } = await start(await addService());
    expect(await untilState(runId, ["waiting", "failed"])).toBe("waiting");
    expect((await stepOf(runId, "write")).error).toMatchObject({ code: "repository.conflict" });
    expect(await repository.ask("rev-parse", "main")).toBe(main);
  });
});

describe("what a person wrote at the same path", () => {
  test("is replaced only when it was there in the plan", async () => {
    const service = await addService();
    const text = "{ services.etherpad.enable = false; }\n";
    await repository.push("main", service.path, text);
    const { runId } = await start(service);
    await untilState(runId, ["waiting", "failed"]);
    expect((await stepOf(runId, "write")).error).toMatchObject({ code: "repository.changed" });
    expect(await repository.ask("show", `main:${service.path}`)).toBe(text.trim());

    const other = await addService();
    await repository.push("main", other.path, text);
    const planned = await start(other, publishSteps(other).slice(0, 1), { mode: "plan" });
    expect(await untilState(planned.runId, "finished")).toBe("succeeded");
    const { output, changes } = await stepOf(planned.runId, "write");
    const plan = output as { pinned: object; warnings: string[] };
    expect(changes).toMatchObject([{ action: "change", name: other.path }]);
    expect(plan.warnings[0]).toMatch(/there already, and not as the panel left it/);
    const runId2 = await publish(other, publishSteps(other, { ...moduleOf(other), ...plan.pinned }));
    expect(await repository.ask("show", `main:${other.path}`)).toContain("services.etherpad = {");
    await undo(runId2);
    expect(await repository.ask("show", `main:${other.path}`)).toBe(text.trim());
  });
});

describe("a worker that dies", () => {
  /** Dies at the n-th of the engine's own calls, again and again, until one attempt goes through. */
  async function dieEverywhere(run: (t: TestContext) => Promise<unknown>, from = createTestContext()) {
    let t = from;
    for (let deaths = 0; deaths < 20; deaths++) {
      let calls = 0;
      t = t.next({
        onCall: () => {
          if (calls++ === deaths) throw new Error("died");
        },
      });
      const done = await run(t).then(
        () => true,
        (error: Error) => (error.message === "died" ? false : Promise.reject(error)),
      );
      if (done) return { deaths, t };
    }
    throw new Error("It never got through.");
  }

  test("anywhere while it writes leaves one commit and one entry, and so does the undo", async () => {
    const path = "services/app-01/alone.nix";
    const input = moduleOf({ name: "alone", path });
    const { deaths, t } = await dieEverywhere(({ ctx }) => repositoryWrite.apply(input, ctx));
    expect(deaths).toBeGreaterThanOrEqual(2);
    expect((await repository.ask("log", "--format=%s", "staging")).match(/Add /g)).toHaveLength(1);
    expect([...t.ledger.values()]).toMatchObject([{ kind: "repository.file", providerId: path, state: "present" }]);
    const undone = await dieEverywhere(({ ctx, ledger }) => repositoryWrite.undo([...ledger.values()], input, ctx), t);
    expect(undone.deaths).toBeGreaterThanOrEqual(2);
    for (const branch of ["staging", "main"]) expect(await repository.hasFile(branch, path)).toBe(false);
  });
});

describe("a stack", () => {
  test("is written down as it runs, with digests and without passwords", async ({ onTestFinished }) => {
    const stack = await addDatabase(
      createStackInput("127.0.0.1:5000/pad-notes:1.0"),
      "mariadb",
      "127.0.0.1:5000/mariadb:10.11",
    );
    const { stackName, networkName } = stack;
    const service = { ...(await addService()), path: `stacks/${stackName}/production.yml` };
    const t = contextFor(stack);
    onTestFinished(() => clearStack(stack, t), 120_000);
    await swarmStack.apply(stack, t.ctx);
    const file = { kind: "stack", serviceName: service.name, purpose: "Notes", stackName, networkName, stack: null };
    await publish(service, publishSteps(service, { path: service.path, file }));
    const text = await repository.ask("show", `main:${service.path}`);
    const { services, secrets } = parse(text);
    expect(services.app.image).toMatch(/^127\.0\.0\.1:5000\/pad-notes:1\.0@sha256:[0-9a-f]{64}$/);
    expect(services.db.environment.MARIADB_PASSWORD_FILE).toBe("/run/secrets/db_pass");
    expect(Object.keys(secrets)).toContain(`services.${stack.serviceName}.db_pass`);
    expect(text).not.toContain("pw-services");
  }, 180_000);
});

async function undo(runId: number): Promise<void> {
  const { runId: undoing } = await undoRun(stage.actor, runId, []);
  expect(await untilState(undoing, "finished")).toBe("succeeded");
}

describe("what is on main", () => {
  /** What each step says of itself: null when all is as it should be. */
  const verify = async (service: Service) => {
    const { runId } = await start(service, publishSteps(service), { mode: "verify" });
    await untilState(runId, "finished");
    const steps = await Promise.all(["write", "check", "promote"].map((key) => stepOf(runId, key)));
    return steps.map(({ error }) => (error as { message: string } | null)?.message ?? null);
  };

  test("is verified at main, and a change by hand is told with who made it", async () => {
    const service = await addService();
    await publish(service);
    expect(await verify(service)).toEqual([null, null, null]);
    const told = () => expect.poll(async () => (await verify(service))[0] ?? "");
    await repository.push("main", service.path, "{ }\n");
    await told().toMatch(/is not as the panel wrote it: Gina changed it with [0-9a-f]{12}/);
    await repository.push("main", service.path, null);
    await told().toBe(`main has no ${service.path}; staging has.`);
  });

  test("goes with the run that is undone, from both branches", async () => {
    const service = await addService();
    await undo(await publish(service));
    for (const branch of ["main", "staging"]) expect(await repository.hasFile(branch, service.path)).toBe(false);
    expect(await db().resource.count({ where: { serviceId: service.id, state: { not: "gone" } } })).toBe(0);
  });
});

describe("a retired service's files", () => {
  const retire = async (service: Service) => {
    const { runId } = await start(service, [compiled("retire", "repository.retire")]);
    expect(await untilState(runId, "finished")).toBe("succeeded");
    return stepOf(runId, "retire");
  };

  test("move to .retired-services on main, once it builds, and leave nothing in the ledger", async () => {
    const service = await addService();
    await publish(service);
    const step = await retire(service);
    const kept = `.retired-services/${service.name}/${service.name}.nix`;
    for (const branch of ["main", "staging"]) {
      expect(await repository.hasFile(branch, service.path)).toBe(false);
      expect(await repository.hasFile(branch, kept)).toBe(true);
    }
    expect(step.output).toMatchObject({ folder: `.retired-services/${service.name}` });
    // Git sees the same file under another name, with all its history.
    expect(await repository.ask("log", "--follow", "--format=%s", "main", "--", kept)).toContain(`Add ${service.name}`);
    expect(await db().resource.count({ where: { serviceId: service.id, state: { not: "gone" } } })).toBe(0);
  });

  test("of a service that has none are no reason to fail, and an earlier namesake's stay", async () => {
    const service = await addService();
    await retire(service);
    await publish(service);
    await repository.push("main", `.retired-services/${service.name}/old.nix`, "{ }\n");
    expect((await retire(service)).output).toMatchObject({ folder: `.retired-services/${service.name}-2` });
    expect(await repository.hasFile("main", `.retired-services/${service.name}/old.nix`)).toBe(true);
  });
});

describe("a repository that cannot be used", () => {
  const errorOf = async (more: Partial<Config>) => {
    use(more);
    const { runId } = await start(await addService());
    await untilState(runId, ["waiting", "failed"]);
    const log = await logOf(runId);
    return { ...((await stepOf(runId, "write")).error as object), log } as {
      code: string;
      class: string;
      log: string;
      detail?: string;
    };
  };

  test("is told apart: another host's key, a key it does not know, a place where none is", async () => {
    const [type, key = ""] = repository.facts.knownHosts.split(" ").slice(1);
    const another = repository.facts.knownHosts.replace(key, `${key.slice(0, -6)}AAAAAA`);
    expect(type).toBe("ssh-ed25519");
    expect(await errorOf({ CONFIG_REPOSITORY_KNOWN_HOSTS: another })).toMatchObject({
      code: "git.host_key",
      class: "needs_person",
    });
    expect(await errorOf({ CONFIG_REPOSITORY_KNOWN_HOSTS: "" })).toMatchObject({ code: "git.host_key" });
    const foreignKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const denied = await errorOf({ CONFIG_REPOSITORY_SSH_KEY: foreignKey });
    expect(denied).toMatchObject({ code: "git.denied", class: "needs_person" });
    expect(JSON.stringify(denied)).not.toContain(foreignKey.split("\n")[1]);
    const url = repository.facts.url.replace("config.git", "nothing.git");
    expect(await errorOf({ CONFIG_REPOSITORY_URL: url })).toMatchObject({ code: "git.missing", class: "needs_person" });
    expect(await errorOf({ CONFIG_REPOSITORY_URL: "" })).toMatchObject({ code: "repository.none" });
    expect(await errorOf({ CONFIG_REPOSITORY_MAIN: "trunk" })).toMatchObject({ code: "repository.no_main" });
  });

  test("runs nothing of its own: no hook, no helper of its settings", async () => {
    const service = await addService();
    await repository.push("main", ".gitattributes", "*.nix filter=evil diff=evil merge=evil\n");
    await publish(service);
    expect(await repository.hasFile("main", service.path)).toBe(true);
  });
});
