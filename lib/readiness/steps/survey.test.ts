import { afterAll, beforeAll, expect, test } from "vitest";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { listTasks } from "#lib/integrations/docker/services.ts";
import { db } from "#lib/platform/db/client.ts";
import { openStage, type Stage, type TestActor } from "#lib/runs/testing/stage.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { testWorld } from "#local/test-world.ts";
import { createRunning, INSIDE, type Running } from "#workers/testing/deploy-stage.ts";
import { removeDocument, writeDocument } from "../commands/write-document.ts";
import { getReadiness } from "../queries/get-readiness.ts";
import { getRebuild } from "../queries/get-rebuild.ts";
import { readinessSurvey } from "./survey.ts";

let stage: Stage;
let owner: TestActor;
let service: Running;
const signal = () => AbortSignal.timeout(30_000);

beforeAll(async () => {
  stage = await openStage("readiness");
  owner = stage.actor;
  service = await createRunning(
    owner,
    { placement: { healthKind: "none", ports: [{ ...INSIDE, container: 6379, purpose: "Its cache" }] } },
    testWorld().images?.redis,
  );
});
afterAll(async () => {
  await service?.remove();
  await stage?.close();
});

const survey = () => {
  const t = createTestContext({ service, environment: "production" });
  const input = { serviceName: service.name, environment: "production", stackName: `${service.name}-production` };
  return {
    lines: t.lines,
    apply: () => readinessSurvey.apply(input, t.ctx),
    verify: () => readinessSurvey.verify(input, t.ctx),
  };
};

async function inTask(...argv: string[]): Promise<void> {
  const [task] = (await listTasks({ service: [service.app] }, signal())).filter(
    ({ Status }) => Status.State === "running",
  );
  const { exitCode, stderr } = await runExec(task?.Status.ContainerStatus?.ContainerID ?? "", { argv }, signal());
  if (exitCode !== 0) throw new Error(stderr);
}

test("what listens is compared with what was declared, what is installed and changed is written down, once", async () => {
  expect(await survey().verify()).toEqual({ ok: true, reason: "It listens on tcp 6379, as declared." });
  await survey().apply();
  const first = await getReadiness(owner, service.name);
  expect(first.ports).toMatchObject([{ part: "app", port: 6379, state: "ok", problem: null, guarded: "Redis" }]);
  expect(first.packages.find(({ name }) => name === "redis-server")?.manager).toBe("deb");
  const count = await db().serviceDocument.count();
  await survey().apply();
  expect(await db().serviceDocument.count()).toBe(count);

  await inTask("redis-server", "--port", "7777", "--daemonize", "yes", "--protected-mode", "no");
  await inTask("sh", "-c", "echo debug >/etc/app.conf");
  await inTask("mkdir", "-p", "/app/lib/python3.11/site-packages/Flask_Login-0.6.3.dist-info");
  const look = survey();
  expect(await look.verify()).toEqual({
    ok: false,
    reason: "Something listens on tcp 7777 (app) that was not declared.",
  });
  await look.apply();
  expect(look.lines.join("\n")).toContain("7777");
  const { ports, changedFiles, dependencies } = await getReadiness(owner, service.name);
  expect(ports.map(({ port, state }) => [port, state])).toEqual([
    [6379, "ok"],
    [7777, "undeclared"],
  ]);
  expect(changedFiles).toContainEqual({ path: "/etc/app.conf", act: "added" });
  expect(dependencies).toMatchObject([
    { name: "Flask_Login", version: "0.6.3", manager: "pip", guess: "python3-flask-login" },
  ]);

  const outsider = await stage.addActor("viewer", "Vera Viewer");
  const written = {
    kind: "command" as const,
    name: "redis-cli config set maxmemory 64mb",
    note: "Or it takes all there is.",
  };
  expect(await refusalOf(writeDocument(outsider, service.name, written))).toMatchObject({ status: 403 });
  await writeDocument(owner, service.name, written);
  const { markdown, fileName } = await getRebuild(outsider, service.name);
  expect(fileName).toBe(`rebuild-${service.name}.md`);
  for (const words of [
    "redis-cli config set",
    "Or it takes all",
    "/etc/app.conf",
    "Flask_Login",
    "6379/tcp",
    "@sha256:",
  ])
    expect(markdown).toContain(words);
  expect(markdown).not.toContain("value-of-");
  const [entry] = (await getReadiness(owner, service.name)).written;
  expect((await removeDocument(owner, service.name, entry?.id ?? "")).written).toEqual([]);
});

test("where nothing runs, it is not known rather than wrong", async () => {
  await service.remove();
  expect(await refusalOf(survey().verify())).toMatchObject({ code: "readiness.nothing_runs" });
});
