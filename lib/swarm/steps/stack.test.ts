import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { findService, listServices, listTasks, removeService } from "#lib/integrations/docker/services.ts";
import { findNetwork, findVolume, removeSecret } from "#lib/integrations/docker/swarm.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { STACK_LABEL } from "../names.ts";
import type { StackInput } from "../schema.ts";
import { addDatabase, clearStack, contextFor, createStackInput } from "../testing.ts";
import { type StackOutput, swarmStack } from "./stack.ts";

const WEB_1 = "127.0.0.1:5000/pad-notes:1.0";
const WEB_2 = "127.0.0.1:5000/pad-notes:1.1";
const healthy = {
  kind: "http" as const,
  path: "/healthz",
  port: 8080,
  intervalS: 1,
  timeoutS: 2,
  retries: 2,
  startPeriodS: 1,
};
const signal = () => AbortSignal.timeout(20_000);

useTestDatabase("stack");
beforeAll(() => {
  overrideConfig({ SWARM_CONVERGE_TIMEOUT_S: 110 });
});
afterAll(() => overrideConfig(undefined));

type OnFinished = (work: () => Promise<void>, timeoutMs: number) => void;
/** Taken away when its test is over. The tests run side by side: most of each is waiting. */
function track(onTestFinished: OnFinished, input: StackInput, test = contextFor(input)) {
  onTestFinished(() => clearStack(input, test), 60_000);
  return { input, test };
}

const apply = (input: StackInput, { ctx }: TestContext) => swarmStack.apply(input, ctx) as Promise<StackOutput>;
async function failure(work: Promise<unknown>, what = "it"): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, `${what} should have failed`).toBeInstanceOf(AppError);
  return error as AppError;
}
const servicesOf = (input: StackInput) => listServices([`${STACK_LABEL}=${input.stackName}`], signal());

describe.concurrent("swarm.stack", () => {
  test("runs the image by digest, says how far it is, and is left alone by a second try", async ({
    onTestFinished,
  }) => {
    const { input, test: t } = track(onTestFinished, createStackInput(WEB_1, { replicas: 2, healthCheck: healthy }));
    const output = await apply(input, t);
    expect(output.services).toMatchObject([{ name: `${input.stackName}_app`, desired: 2, running: 2 }]);
    expect(output.services[0]?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(t.progress).toContain("task 2/2");
    expect(t.lines.some((line) => /_app\.1 \([a-z0-9]{8}\) running on /.test(line))).toBe(true);
    expect([...t.ledger.values()].map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
      "swarm.network present",
      "swarm.service present",
    ]);
    const before = await findService(`${input.stackName}_app`, signal());
    const again = t.next();
    await apply(input, again);
    expect((await findService(`${input.stackName}_app`, signal()))?.Version).toEqual(before?.Version);
    expect(again.lines).toContain(`i Service ${input.stackName}_app is already as it should be`);
    expect(await swarmStack.verify(input, again.ctx)).toMatchObject({ ok: true });
  });

  test("mends what somebody changed by hand", async ({ onTestFinished }) => {
    const { input, test: t } = track(onTestFinished, createStackInput(WEB_1, { healthCheck: healthy }));
    await apply(input, t);
    const { execFileSync } = await import("node:child_process");
    execFileSync("docker", ["-H", process.env.DOCKER_HOST ?? "", "service", "scale", "-d", `${input.stackName}_app=3`]);
    expect(await swarmStack.verify(input, t.next().ctx)).toMatchObject({ ok: false });
    const output = await apply(input, t.next());
    expect(output.services).toMatchObject([{ desired: 1, running: 1 }]);
  });

  test("updates to another image and back out of one that does not start", async ({ onTestFinished }) => {
    const { input, test: t } = track(onTestFinished, createStackInput(WEB_1, { healthCheck: healthy }));
    await apply(input, t);
    const updated = await apply({ ...input, app: { ...input.app, image: WEB_2 } }, t.next());
    expect(updated.services[0]?.image).toMatch(/pad-notes:1\.1@sha256/);
    const broken = { ...input, app: { ...input.app, image: WEB_1, healthCheck: { ...healthy, path: "/nowhere" } } };
    const error = await failure(apply(broken, t.next()));
    expect(error).toMatchObject({ code: "stack.rolled_back", retry: "permanent" });
    expect(error.message).toMatch(/rolled back.*health check/);
    await expect
      .poll(async () =>
        (await listTasks({ service: [`${input.stackName}_app`] }, signal()))
          .filter((task) => task.Status.State === "running")
          .map((task) => task.Spec.ContainerSpec?.Image),
      )
      .toEqual([expect.stringMatching(/pad-notes:1\.1@/)]);
  });

  test("says in words why a first start fails: health check, exit code, missing program, no node", async ({
    onTestFinished,
  }) => {
    const cases: [Partial<StackInput["app"]>, string, RegExp][] = [
      [{ healthCheck: { ...healthy, path: "/nowhere" } }, "stack.task_failed", /health check failed/],
      [
        { healthCheck: { ...healthy, kind: "command", argv: ["sh", "-c", "echo no such luck; exit 3"] } },
        "stack.task_failed",
        /health check failed/,
      ],
      [{ placement: { hostname: "no-such-host" } }, "stack.no_suitable_node", /scheduling constraints/],
      [
        { env: { PORT: "not a port" }, healthCheck: { ...healthy, kind: "command", argv: ["/no/such/program"] } },
        "stack.task_failed",
        /./,
      ],
    ];
    await Promise.all(
      cases.map(async ([app, code, words]) => {
        const { input, test: t } = track(onTestFinished, createStackInput(WEB_1, app));
        const error = await failure(apply(input, t), JSON.stringify(app));
        expect(error).toMatchObject({ code, retry: "permanent" });
        expect(error.message).toMatch(words);
      }),
    );
  });

  test("an image that does not exist is a clear error in the plan and in the run, and nothing is made", async ({
    onTestFinished,
  }) => {
    const { input, test: t } = track(onTestFinished, createStackInput("127.0.0.1:5000/no-such-image:1"));
    expect(await failure(swarmStack.plan(input, t.ctx))).toMatchObject({ code: "image.not_found", retry: "permanent" });
    expect(await failure(apply(input, t))).toMatchObject({ code: "image.not_found" });
    expect(t.ledger.size).toBe(0);
    expect(await servicesOf(input)).toEqual([]);
    const digest = `127.0.0.1:5000/pad-notes@sha256:${"0".repeat(64)}`;
    const pinned = track(onTestFinished, { ...createStackInput(WEB_1), appImagePinned: digest });
    expect((await failure(apply(pinned.input, pinned.test))).message).toMatch(/does not have the image/);
  });

  test("a worker that died between creating and noting finds what it made", async ({ onTestFinished }) => {
    for (const kind of ["swarm.network", "swarm.service"]) {
      const { input, test: t } = track(onTestFinished, createStackInput(WEB_1));
      const dying = contextFor(input, {
        onCall: (call, detail) => {
          if (call === "ledger.record" && detail === kind) throw new Error("killed");
        },
      });
      await expect(apply(input, dying)).rejects.toThrow("killed");
      for (const [key, entry] of dying.ledger) t.ledger.set(key, entry);
      expect([...t.ledger.values()].at(-1)).toMatchObject({ kind, state: "planned" });
      await apply(input, t.next());
      expect(await servicesOf(input)).toHaveLength(1);
      expect([...t.ledger.values()].every((entry) => entry.state === "present")).toBe(true);
    }
  });

  test("two at once make one service", async ({ onTestFinished }) => {
    const { input, test: t } = track(onTestFinished, createStackInput(WEB_1, { healthCheck: healthy }));
    await Promise.all([apply(input, t), apply(input, t.next()), apply(input, t.next())]);
    expect(await servicesOf(input)).toHaveLength(1);
  });

  test("does not take over what is not its own", async ({ onTestFinished }) => {
    const first = track(onTestFinished, createStackInput(WEB_1));
    await apply(first.input, first.test);
    const stranger = { ...first.input, serviceName: "somebody-else" };
    const other = contextFor(stranger);
    expect(await failure(apply(stranger, other))).toMatchObject({ code: "network.foreign" });
    expect(await failure(swarmStack.plan(stranger, other.ctx))).toMatchObject({ code: "network.foreign" });
    expect(other.ledger.size).toBe(0);
  });

  test("brings up a database with the app, and takes all of it away again", async ({ onTestFinished }) => {
    const input = await addDatabase(
      createStackInput(WEB_1, { healthCheck: healthy }),
      "mariadb",
      "127.0.0.1:5000/mariadb:10.11",
    );
    const { test: t } = track(onTestFinished, input);
    const output = await apply(input, t);
    expect(output.services.map((service) => service.running)).toEqual([1, 1]);
    const app = await findService(`${input.stackName}_app`, signal());
    expect(app?.Spec.TaskTemplate.ContainerSpec).toMatchObject({
      Env: expect.arrayContaining(["DATABASE_HOST=db", "DATABASE_PASSWORD_FILE=/run/secrets/db_pass"]),
      Secrets: [{ SecretName: input.database?.passwordSecret, File: { Name: "db_pass" } }],
    });
    expect(await findVolume(input.database?.volumeName ?? "", signal())).not.toBeNull();
    await swarmStack.undo([...t.ledger.values()], input, t.next().ctx);
    expect(await servicesOf(input)).toEqual([]);
    expect(await findNetwork(input.networkName, signal())).toBeNull();
    expect(await findVolume(input.database?.volumeName ?? "", signal())).toBeNull();
    expect(t.ledger.size).toBe(0);
    await removeSecret(input.database?.passwordSecret ?? "", signal());
    await removeSecret(input.database?.rootPasswordSecret ?? "", signal());
  });

  test("stops waiting when the run is cancelled", async ({ onTestFinished }) => {
    const { input, test: t } = track(
      onTestFinished,
      createStackInput(WEB_1, { placement: { hostname: "no-such-host" } }),
    );
    const work = apply(input, t);
    await expect.poll(() => t.progress.length).toBeGreaterThan(0);
    t.abort(new Error("cancelled by Robin"));
    await expect(work).rejects.toThrow("cancelled by Robin");
  });

  test("undo leaves a service of the same name that another made since", async ({ onTestFinished }) => {
    const { input, test: t } = track(onTestFinished, createStackInput(WEB_1));
    await apply(input, t);
    await removeService(`${input.stackName}_app`, signal());
    const other = t.next();
    const ledger = [...t.ledger.values()].map((entry) => ({ ...entry }));
    await apply(input, other);
    await swarmStack.undo(
      ledger.filter((entry) => entry.kind === "swarm.service"),
      input,
      t.next().ctx,
    );
    expect(await servicesOf(input)).toHaveLength(1);
    await removeService(`${input.stackName}_app`, signal());
  });
});
