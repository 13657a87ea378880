import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { findContainer, readContainerLog } from "#lib/integrations/docker/containers.ts";
import { findService } from "#lib/integrations/docker/services.ts";
import { findSecret as findSwarmSecret } from "#lib/integrations/docker/swarm.ts";
import { createMemoryVolume, removeMemoryVolume } from "#lib/integrations/docker/volumes.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { appServiceName, LABELS } from "#lib/swarm/names.ts";
import { cutValues } from "../dump/client-errors.ts";
import { runToEnd } from "../dump/place.ts";
import { findSecretText } from "../queries/proof-facts.ts";
import type { SqlSource } from "../schema/source.ts";
import { openAppAccount } from "./app-account.ts";
import { NOBODY } from "./decode-stream.ts";
import { Disproved } from "./disproved.ts";
import type { Findings, ProofJob } from "./proof-job.ts";
import type { Scratch } from "./scratch.ts";
import { type RunningScratch, scratchLabels, scratchName, withScratchContainer } from "./scratch-container.ts";
import type { SmokeStage } from "./smoke.ts";

/** Secrets lie in memory only, in a volume that the app sees where the swarm would put them. */
const SECRETS = "/run/secrets";
const STAGED_SECRETS = "/seaworthy-secrets";
const SECRETS_BYTES = 1_048_576;
const EMPTY_FOLDER_BYTES = 67_108_864;
const ANSWER_MS = 120_000;
const SETTLED = 6;
/** Names under which the panel's stacks know their database. */
const DATABASE_ALIAS = "db";

/** The part of a service's spec that decides how its program is started. */
const appSpecSchema = z.object({
  Image: z.string(),
  Command: z.array(z.string()).nullish(),
  Args: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  User: z.string().nullish(),
  Dir: z.string().nullish(),
  Mounts: z.array(z.looseObject({ Target: z.string() })).nullish(),
  Secrets: z
    .array(
      z.looseObject({
        SecretName: z.string(),
        File: z.looseObject({ Name: z.string(), UID: z.string(), GID: z.string(), Mode: z.number() }).nullish(),
      }),
    )
    .nullish(),
});
type AppSpec = z.output<typeof appSpecSchema>;

/** The database answers, inside the app's own loopback, to the name the app knows it by. */
export function prepareApp({ source }: ProofJob, ctx: StepContext): SmokeStage {
  const volume = scratchName(ctx, "secrets");
  const service = source && "swarmService" in source ? [source.swarmService, `tasks.${source.swarmService}`] : [];
  return {
    container: {
      hosts: Object.fromEntries([DATABASE_ALIAS, ...service].map((name) => [name, "127.0.0.1"])),
      mounts: [{ kind: "volume", source: volume, target: STAGED_SECRETS, readOnly: false }],
    },
    around: async (work) => {
      await ctx.guard();
      await createMemoryVolume({ name: volume, sizeBytes: SECRETS_BYTES, labels: scratchLabels(ctx) }, ctx.signal);
      try {
        return await work();
      } finally {
        await removeMemoryVolume(volume, AbortSignal.timeout(60_000));
      }
    },
  };
}

/**
 * Starts the service's own image on the restored database and asks it one page. It shares the throw-away server's network,
 * which is a loopback and nothing else: it reaches that database and no other thing. Its folders are empty ones.
 */
export async function askApp(
  job: ProofJob,
  smoke: { path: string; port: number; status: number },
  scratch: Scratch,
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const began = performance.now();
  const { source } = job;
  if (!source || !("stackName" in source) || !("rootPasswordSecret" in source))
    return stop(findings, "The app's own check needs the database of a stack.", ctx);
  const spec = await readAppSpec(source, ctx);
  if (!spec)
    return stop(findings, `There is no service ${appServiceName(source.stackName)} whose app could be asked.`, ctx);
  const refusal = await stageSecrets(spec, scratch, ctx);
  if (refusal) return stop(findings, refusal, ctx);
  await openAppAccount(scratch, job.manifest.engine, source, ctx);
  const targets = [...new Set((spec.Mounts ?? []).map((mount) => mount.Target))];
  const options = {
    image: spec.Image,
    env: toEnv(spec.Env ?? []),
    ...(spec.Command ? { entrypoint: spec.Command } : {}),
    ...(spec.Args ? { command: spec.Args } : {}),
    ...(spec.User ? { user: spec.User } : {}),
    ...(spec.Dir ? { workingDir: spec.Dir } : {}),
    shareNetworkOf: scratch.containerId,
    // An empty folder in memory for each that the app has: the real ones are not touched.
    tmpfs: Object.fromEntries(targets.map((target) => [target, EMPTY_FOLDER_BYTES])),
    mounts: [{ kind: "volume" as const, source: scratchName(ctx, "secrets"), target: SECRETS, readOnly: true }],
    capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "NET_BIND_SERVICE", "SETGID", "SETUID"],
  };
  ctx.log.info(`Starting ${spec.Image} on the restored database and asking it for ${smoke.path}`);
  await withScratchContainer(ctx, "app", options, async (app) => {
    const found = await waitForStatus(smoke, scratch, app, ctx);
    const details = { path: smoke.path, port: smoke.port, image: spec.Image, expected: smoke.status, found };
    if (found !== smoke.status) {
      await showLog(app, ctx);
      const answer = found === null ? "did not answer" : `answered ${found} instead of ${smoke.status}`;
      throw new Disproved("smoke", `on the restored data the app ${answer} when asked for ${smoke.path}`, { details });
    }
    findings.good(
      "smoke",
      `On the restored data the app answered ${found} at ${smoke.path}.`,
      performance.now() - began,
      details,
    );
  });
}

function stop(findings: Findings, why: string, ctx: StepContext): void {
  findings.stopped = why;
  ctx.log.warn(why);
}

async function readAppSpec(source: SqlSource, { signal }: StepContext): Promise<AppSpec | null> {
  const service = await findService(appServiceName(source.stackName), signal);
  return service ? appSpecSchema.parse(service.Spec.TaskTemplate.ContainerSpec) : null;
}

const WRITE_SECRET = 'umask 077; cat >"$1" && chown "$2:$3" "$1" && chmod "$4" "$1"';

/** Puts each secret where the app will look for it. Returns why that cannot be done. */
async function stageSecrets(spec: AppSpec, { run }: RunningScratch, ctx: StepContext): Promise<string | null> {
  for (const { SecretName: name, File: file } of spec.Secrets ?? []) {
    const labels = (await findSwarmSecret(name, ctx.signal))?.Spec.Labels ?? {};
    const secret = await findSecretText(labels[LABELS.secret] ?? name);
    if (secret === null)
      return `The panel does not know the secret ${name}, without which the app cannot be started for its check.`;
    ctx.redact(secret);
    const fileName = file?.Name ?? name;
    if (fileName.includes("/")) return `The secret ${name} is put outside ${SECRETS}, which the app's check cannot do.`;
    const mode = (file?.Mode ?? 0o444).toString(8);
    const argv = [
      "sh",
      "-c",
      WRITE_SECRET,
      "write",
      `${STAGED_SECRETS}/${fileName}`,
      file?.UID ?? "0",
      file?.GID ?? "0",
      mode,
    ];
    const written = await runToEnd(run, { argv, user: "0:0", input: secret }, ctx.signal);
    if (written.exitCode !== 0)
      throw new AppError({
        code: "backups.smoke_secrets",
        message: `The secret ${name} could not be given to the app's check.`,
        detail: written.stderr,
        retry: "retry",
      });
  }
  return null;
}

const toEnv = (list: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    list.map((one) => {
      const at = one.indexOf("=");
      return at === -1 ? [one, ""] : [one.slice(0, at), one.slice(at + 1)];
    }),
  );

/** By bash alone, which the official images of all these databases have: $1 port, $2 path. */
const ASK_SCRIPT = `
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 7
printf 'GET %s HTTP/1.1\\r\\nHost: localhost\\r\\nUser-Agent: seaworthy\\r\\nConnection: close\\r\\n\\r\\n' "$2" >&3
read -r -t 20 line <&3 && printf '%s' "$line"
`.trim();

async function waitForStatus(
  { path, port, status }: { path: string; port: number; status: number },
  scratch: Scratch,
  app: RunningScratch,
  ctx: StepContext,
): Promise<number | null> {
  const deadline = Date.now() + ANSWER_MS;
  let last: number | null = null;
  let settled = 0;
  for (let pause = 200; Date.now() < deadline; pause = Math.min(pause * 1.3, 2_000)) {
    const argv = ["bash", "-c", ASK_SCRIPT, "ask", String(port), path];
    const asked = await runToEnd(scratch.run, { argv, user: NOBODY }, ctx.signal);
    const answer = /^HTTP\/1\.[01] (\d{3})/.exec(asked.stdout)?.[1];
    if (answer) last = Number(answer);
    if (last === status) return last;
    // One that starts says so with 5xx, or nothing; any other answer, given again and again, is its answer.
    settled = last !== null && last < 500 ? settled + 1 : 0;
    if (settled >= SETTLED) return last;
    const state = (await findContainer(app.containerId, ctx.signal))?.State;
    if (!state?.Running) return last;
    await delay(pause, undefined, { signal: ctx.signal });
  }
  return last;
}

/** To the run's log, where secrets are taken out; never into the report. */
async function showLog(app: RunningScratch, ctx: StepContext): Promise<void> {
  for (const { stream, data } of await readContainerLog(app.containerId, 40, ctx.signal))
    ctx.log.output(stream, cutValues(data.toString("utf8")));
}
