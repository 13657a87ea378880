/**
 * The outside world, asked without the panel: Docker's own client, dig, TLS, HTTP, the mail catcher, the files on disk.
 */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { applyChanges, change, createClient } from "../local/route53/testing.ts";
import { testWorld } from "../local/test-world.ts";

const run = promisify(execFile);

export const world = () => testWorld();

/** Output of Docker's client against the swarm the panel works on. */
export async function docker(...argv: string[]): Promise<string> {
  const { stdout } = await run("docker", ["-H", world().env.DOCKER_HOST ?? "", ...argv], {
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** Git's own words about the configuration repository, asked on its disk. */
export async function askGit(...argv: string[]): Promise<string> {
  const { stdout } = await run("git", ["--git-dir", world().world.git.folder, ...argv], { timeout: 20_000 });
  return stdout.trim();
}

/** What the zone's authoritative server answers, one value a line. */
async function dig(name: string, type: string): Promise<string[]> {
  const { dnsHost, dnsPort } = world().world;
  const { stdout } = await run("dig", [`@${dnsHost}`, "-p", String(dnsPort), "+short", "+norecurse", name, type], {
    timeout: 20_000,
  });
  return stdout.split("\n").filter(Boolean);
}

/** Waits until the authoritative server answers exactly this, in any order: Route 53 says yes before its servers know. */
export async function expectAnswers(name: string, type: string, answers: string[]): Promise<void> {
  await expect.poll(async () => (await dig(name, type)).sort(), { timeout: 30_000 }).toEqual([...answers].sort());
}

/** Changes a record set in Route 53 behind the panel's back, as somebody with another tool would. */
export const changeOutside = (...args: Parameters<typeof change>): Promise<void> => applyOutside(change(...args));

/** Takes a record set away behind the panel's back; Route 53 wants it repeated to the letter. */
export function removeOutside(name: string, type: "A", ttl: number, ...values: string[]): Promise<void> {
  const { Action, ResourceRecordSet } = change("DELETE", name, type, ...values);
  return applyOutside({ Action, ResourceRecordSet: { ...ResourceRecordSet, Name: name, Type: type, TTL: ttl } });
}

async function applyOutside(wanted: ReturnType<typeof change>): Promise<void> {
  const { env, world: facts } = world();
  const { client } = createClient(facts.route53Url, { secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "" });
  try {
    await applyChanges(client, env.AWS_ROUTE53_HOSTED_ZONE_ID ?? "", wanted);
  } finally {
    client.destroy();
  }
}

export interface SwarmServiceInspect {
  ID: string;
  Spec: {
    Name: string;
    Labels: Record<string, string>;
    TaskTemplate: { ContainerSpec: { Image: string; Secrets?: { SecretName: string; File: { Name: string } }[] } };
  };
  Endpoint: { Ports?: { TargetPort: number; PublishedPort: number }[] };
}

/** The services of a stack, as `docker service inspect` prints them. */
export async function inspectStack(stack: string): Promise<SwarmServiceInspect[]> {
  const ids = (await docker("service", "ls", "-q", "--filter", `label=com.docker.stack.namespace=${stack}`)).split(
    "\n",
  );
  return JSON.parse(await docker("service", "inspect", ...ids.filter(Boolean))) as SwarmServiceInspect[];
}

/** "2/2" for each service of a stack. */
export async function replicasOf(stack: string): Promise<string[]> {
  const rows = await docker(
    ...["service", "ls", "--format", "{{.Replicas}}", "--filter", `label=com.docker.stack.namespace=${stack}`],
  );
  return rows.split("\n").map((row) => row.split(" ")[0] ?? "");
}

/** Digest the registry itself gives for a tag. */
export async function registryDigest(image: string): Promise<string> {
  const [, repository = "", tag = ""] = /^[^/]+\/(.+):([^:]+)$/.exec(image) ?? [];
  const answer = await fetch(`${world().world.registryUrl}/v2/${repository}/manifests/${tag}`, {
    method: "HEAD",
    headers: {
      accept: "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
    },
    signal: AbortSignal.timeout(10_000),
  });
  return answer.headers.get("docker-content-digest") ?? "";
}

/** Pebble's root, from its management port: what a chain must lead to. */
export function pebbleRoot(): Promise<X509Certificate> {
  const { env, world: facts } = world();
  return new Promise((resolve, reject) => {
    const call = request(
      `${facts.pebbleManagementUrl}/roots/0`,
      { ca: readFileSync(env.LETS_ENCRYPT_CA_FILE ?? ""), timeout: 10_000 },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => resolve(new X509Certificate(Buffer.concat(parts))));
      },
    );
    call.on("error", reject);
    call.end();
  });
}

/** What a program that trusts only Pebble's root gets from the reverse proxy; fails when the chain does not lead there. */
export async function askHttps(host: string): Promise<{ status: number; body: string; leaf: X509Certificate }> {
  const ca = (await pebbleRoot()).toString();
  const { ingressAddress } = world().world;
  return new Promise((resolve, reject) => {
    const options = { host: ingressAddress, port: 443, servername: host, headers: { host }, ca, timeout: 10_000 };
    const call = request({ ...options, agent: false }, (answer) => {
      const leaf = (answer.socket as TLSSocket).getPeerX509Certificate();
      text(answer).then(
        (body) =>
          leaf ? resolve({ status: answer.statusCode ?? 0, body, leaf }) : reject(new Error("no certificate")),
        reject,
      );
    });
    call.on("timeout", () => call.destroy(new Error(`${host} does not answer`)));
    call.on("error", reject);
    call.end();
  });
}

/** Checks each link of a PEM chain, the last one against the root. Returns the leaf. */
export function verifyChain(chainPem: string, root: X509Certificate): X509Certificate {
  const chain = (chainPem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
  const [leaf] = chain;
  if (!leaf) throw new Error("the chain is empty");
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1] ?? root;
    if (!certificate.verify(issuer.publicKey))
      throw new Error(`${certificate.subject} is not signed by ${issuer.subject}`);
  }
  return leaf;
}

interface CaughtMail {
  subject: string;
  text: string;
  to: { address: string }[];
  headers: Record<string, string>;
}

/** Mail to an address, as the catcher lists it. */
export async function mailTo(address: string): Promise<CaughtMail[]> {
  const answer = await fetch(`${world().world.mailUrl}/email`, { signal: AbortSignal.timeout(10_000) });
  const all = (await answer.json()) as CaughtMail[];
  return all.filter((mail) => mail.to.some((one) => one.address.toLowerCase() === address.toLowerCase()));
}

/** Every file below the folder of backups, by path. */
export function listBackupFiles(): string[] {
  const root = world().env.BACKUPS_ROOT ?? "";
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The container behind a service's one task. */
export async function containerOf(service: string): Promise<string> {
  const rows = await docker("ps", "-q", "--filter", `label=com.docker.swarm.service.name=${service}`);
  const [id] = rows.split("\n");
  if (!id) throw new Error(`no container of ${service} runs`);
  return id;
}

/** Runs SQL in a MariaDB container as root, whose password is in its own environment or secret file. */
export async function mariadbIn(container: string, database: string, sql: string): Promise<string[]> {
  const password = (await docker("exec", container, "cat", "/run/secrets/db_root_pass").catch(() => "scratch")).trim();
  const out = await docker(
    ...["exec", "-e", `MYSQL_PWD=${password}`, container],
    ...["mariadb", "--user=root", "--batch", "--skip-column-names", `--execute=${sql}`, database],
  );
  return out.split("\n").filter(Boolean);
}

/** Restores a `.zst` dump by hand, as an operator would, into a new empty MariaDB container. Returns the container. */
export async function restoreByHand(file: string, image: string, database: string): Promise<string> {
  const container = await docker(
    ...["run", "-d", "--rm", "--network", "none", "-e", "MARIADB_ROOT_PASSWORD=scratch"],
    ...["-e", `MARIADB_DATABASE=${database}`, image],
  );
  const ready = async () => {
    await docker(
      ...["exec", "-e", "MYSQL_PWD=scratch", container],
      ...["mariadb", "--user=root", "--protocol=tcp", "--host=127.0.0.1", "--execute=SELECT 1", database],
    );
    return true;
  };
  const until = Date.now() + 60_000;
  while (!(await ready().catch(() => false))) {
    if (Date.now() > until) throw new Error("the empty database never answered");
  }
  await pipe(
    file,
    ["zstd", "-dc"],
    [
      ...["docker", "-H", world().env.DOCKER_HOST ?? "", "exec", "-i", "-e", "MYSQL_PWD=scratch", container],
      ...["mariadb", "--user=root", database],
    ],
  );
  return container;
}

/** file → first program → second program; fails when either does. */
async function pipe(file: string, [first = "", ...firstArgv]: string[], [second = "", ...secondArgv]: string[]) {
  const from = run(first, firstArgv, { encoding: "buffer", maxBuffer: 1024 ** 3, timeout: 120_000 });
  const to = run(second, secondArgv, { maxBuffer: 1024 * 1024, timeout: 120_000 });
  const { stdin: input } = from.child;
  const { stdin: output } = to.child;
  const { stdout: decoded } = from.child;
  if (!input || !output || !decoded) throw new Error("no pipes");
  await Promise.all([pipeline(createReadStream(file), input), pipeline(decoded, output), from, to]);
}
