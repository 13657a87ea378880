import { expect, type Page } from "@playwright/test";
import { docker, registryDigest, world } from "./outside.ts";
import { callApi, finishRun, startService } from "./panel-api.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

type Version = "1.0" | "1.1" | "1.2";

/** An image of the service's own: what CI would push, under one tag that moves. */
export const imageOf = (service: string) => (world().images?.web["1.0"] ?? "").replace(/:[^:]+$/, `:${service}`);

/** Lets the service's tag name another version, as CI does when it has built one. Returns its digest. */
export async function pushVersion(service: string, version: Version): Promise<string> {
  const manifests = `${world().world.registryUrl}/v2/pad-notes/manifests`;
  const signal = AbortSignal.timeout(10_000);
  const manifest = await fetch(`${manifests}/${version}`, { headers: { accept: MANIFEST }, signal });
  const body = await manifest.arrayBuffer();
  const answer = await fetch(`${manifests}/${service}`, {
    method: "PUT",
    headers: { "content-type": MANIFEST },
    body,
    signal,
  });
  expect(answer.status).toBe(201);
  return registryDigest(imageOf(service));
}

/** The digest the swarm was told to run, asked of Docker itself. */
export async function digestInSwarm(stack: string): Promise<string> {
  const image = await docker(
    "service",
    "inspect",
    "--format",
    "{{.Spec.TaskTemplate.ContainerSpec.Image}}",
    `${stack}_app`,
  );
  return image.split("@")[1] ?? image;
}

/** Digests of the tasks that run, one each. */
export async function digestsRunning(stack: string): Promise<string[]> {
  const rows = await docker(
    ...["service", "ps", "--no-trunc", "--filter", "desired-state=running", "--format", "{{.CurrentState}} {{.Image}}"],
    `${stack}_app`,
  );
  const running = rows.split("\n").filter((row) => row.startsWith("Running"));
  return running.map((row) => row.split("@")[1] ?? row);
}

/** A live service with version 1.0 in production. */
export async function launchService(page: Page, name: string): Promise<void> {
  await pushVersion(name, "1.0");
  const runId = await startService(page, {
    identity: { name, purpose: "Minutes and decisions of every committee, searchable" },
    placement: { image: imageOf(name) },
    exposure: { audience: "internal" },
  });
  await finishRun(page, runId);
  await shortenSoak(page, name, "production");
}

/** A minute of watching is right for people; here two seconds do. */
async function shortenSoak(page: Page, name: string, environment: string): Promise<void> {
  const { status } = await callApi(page, "PUT", `/services/${name}/environments/${environment}/soak`, { soakS: 2 });
  expect(status).toBe(200);
}

/** Gives it staging, which begins with what production runs. */
export async function addStaging(page: Page, name: string): Promise<void> {
  const wanted = { name: "staging" };
  const { body: plan } = await callApi(page, "POST", `/services/${name}/environments/plan`, wanted);
  const { body, status } = await callApi(page, "POST", `/services/${name}/environments`, {
    ...wanted,
    planHash: plan.planHash,
  });
  expect([status, body]).toEqual([202, { runId: expect.any(Number), created: true }]);
  await finishRun(page, body.runId);
  await shortenSoak(page, name, wanted.name);
}

interface ReleaseMade {
  id: string;
  number: number;
  digest: string;
}

/** A release of this version, resolved. */
export async function makeRelease(page: Page, name: string, version: Version, more: object = {}): Promise<ReleaseMade> {
  await pushVersion(name, version);
  const made = await callApi(page, "POST", `/services/${name}/releases`, { image: imageOf(name), ...more });
  expect(made.status).toBe(201);
  await finishRun(page, made.body.runId);
  const { body } = await callApi(page, "GET", `/releases/${made.body.id}`);
  expect(body.state).toBe("ready");
  return { id: body.id, number: body.number, digest: body.digest };
}

/** What proposing this release would be, as the API answers it. */
export async function compare(page: Page, releaseId: string, environment = "production") {
  const { body, status } = await callApi(page, "POST", "/deployments/compare", { releaseId, environment });
  expect([status, body.error]).toEqual([200, undefined]);
  return body;
}

/** Proposes a release with the answers that were found. Returns the deployment as the API shows it. */
export async function propose(page: Page, releaseId: string, more: object = {}) {
  const { prefilled: answers, seal } = await compare(page, releaseId);
  const wanted = { releaseId, environment: "production", answers, startAt: null, seal, ...more };
  const { body, status } = await callApi(page, "POST", "/deployments", wanted);
  expect([status, body.error]).toEqual([201, undefined]);
  return body;
}

export const readDeployment = async (page: Page, id: string) => (await callApi(page, "GET", `/deployments/${id}`)).body;

/** Says yes to the text with this seal. */
export const approve = (page: Page, { id, seal }: { id: string; seal: string }) =>
  callApi(page, "POST", `/deployments/${id}/decisions`, { decision: "approve", seal, comment: "", onBehalfOfId: null });

/** Waits until a deployment has come to its end, and expects this one. */
export async function expectEnd(page: Page, id: string, state: string): Promise<void> {
  const open = ["proposed", "approved", "scheduled", "running", "soaking"];
  await expect(async () => {
    const { state: now, outcome } = await readDeployment(page, id);
    expect([now, outcome]).toEqual([open.includes(state) || !open.includes(now) ? state : "at its end", outcome]);
  }).toPass({ timeout: 120_000, intervals: [500] });
}

/** Lets nothing start in a service's production from now on. Returns the rule, for `unfreeze`. */
export async function freeze(page: Page, serviceName: string, reason: string): Promise<string> {
  const now = Date.now();
  const [from, until] = [now - 60_000, now + 3_600_000].map((at) => new Date(at).toISOString());
  const rule = { effect: "deny", serviceName, environment: "production", time: { kind: "once", from, until }, reason };
  const { status, body } = await callApi(page, "POST", "/calendar-rules", rule);
  expect([status, body.error]).toEqual([201, undefined]);
  return body.rules.find((one: { serviceName: string | null }) => one.serviceName === serviceName).id;
}

export async function unfreeze(page: Page, ruleId: string): Promise<void> {
  expect((await callApi(page, "DELETE", `/calendar-rules/${ruleId}`)).status).toBe(200);
}
