import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { helperLimits, scratchLabels } from "#lib/backups/prove/scratch-container.ts";
import {
  createService,
  findService,
  listServices,
  listTasks,
  readServiceLog,
  removeService,
  type ServiceSpec,
} from "#lib/integrations/docker/services.ts";
import { findNetwork } from "#lib/integrations/docker/swarm.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findRegistryAuth } from "#lib/registries/queries/find-registry-auth.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { ownerLabels } from "#lib/swarm/names.ts";
import type { CopyFolderInput } from "../schema/steps.ts";
import { EXIT, HOME, RECEIVE_FOLDER, RECEIVE_VOLUME, SEND, SOURCE, TOKEN, TOKEN_LENGTH } from "./scripts.ts";

const REMOVE_MS = 60_000;
const START_MS = 120_000;
const TAIL = 20;

interface Helper {
  name: string;
  host: string;
  command: string[];
  mount: { Type: "bind" | "volume"; Source: string; Target: string; ReadOnly: boolean; VolumeOptions?: object };
}

/** The folder that holds it, and its own name there. */
function splitPath(path: string): { parent: string; name: string } {
  const at = path.lastIndexOf("/");
  if (at > 0) return { parent: path.slice(0, at), name: path.slice(at + 1) };
  throw new AppError({
    code: "moves.at_the_root",
    message: `${path} is at the root of the disk: the panel writes nothing there.`,
  });
}

const labelsOf = ({ stackName }: CopyFolderInput, { service, environment }: StepContext) =>
  service && environment ? ownerLabels({ stackName, serviceName: service.name, environment }) : {};

function describeReceiver(input: CopyFolderInput, name: string, ctx: StepContext): Helper {
  const { folder, toHost, pass, replaceLeftovers } = input;
  const words = (own: string) => [own, `run-${ctx.run.id}`, replaceLeftovers ? "yes" : "no", pass];
  if (folder.kind === "volume")
    return {
      ...{ name, host: toHost, command: ["bash", "-c", RECEIVE_VOLUME, "receive", ...words("-")] },
      mount: {
        ...{ Type: "volume", Source: folder.source, Target: HOME, ReadOnly: false },
        // Where no copy was started on it the receiver makes it, and the stack is refused one that is not its own.
        VolumeOptions: { Labels: labelsOf(input, ctx) },
      },
    };
  const { parent, name: own } = splitPath(folder.source);
  return {
    ...{ name, host: toHost, command: ["bash", "-c", RECEIVE_FOLDER, "receive", ...words(own)] },
    mount: { Type: "bind", Source: parent, Target: HOME, ReadOnly: false },
  };
}

/**
 * From one host's disk to another's, over the stack's own network: a task on each that runs to its end. No engine but the
 * manager's is asked for anything. The receiver ends well only when every file has the hash it had where it came from.
 */
export async function copyFolder(input: CopyFolderInput, ctx: StepContext): Promise<{ copied: string }> {
  // A name of its own for each try: Docker's name server may still know where the one before ran, and socat asks it once.
  const base = `seaworthy-move-${ctx.step.id}-${ctx.attempt.number}`;
  const receiver = describeReceiver(input, `${base}-in`, ctx);
  const sender: Helper = {
    ...{ name: `${base}-out`, host: input.fromHost },
    command: ["bash", "-c", SEND, "send", `tasks.${receiver.name}`, input.pass],
    mount: { Type: input.folder.kind, Source: input.folder.source, Target: SOURCE, ReadOnly: true },
  };
  const helpers = [sender, receiver];
  await removeHelpers(ctx, ctx.signal);
  const network = await findNetwork(input.networkName, ctx.signal);
  if (!network)
    throw new AppError({ code: "moves.no_network", message: `The swarm has no network ${input.networkName}.` });
  try {
    await ctx.guard();
    const token = randomBytes(TOKEN_LENGTH / 2).toString("hex");
    ctx.redact(token);
    for (const helper of [receiver, sender]) await startHelper(helper, { networkId: network.Id, token }, ctx);
    await untilDone(helpers, ctx);
    const copied = lastLine(await readServiceLog(receiver.name, TAIL, ctx.signal));
    ctx.log.info(
      `${input.folder.source} on ${input.toHost}: ${copied || "copied"}${input.pass === "last" ? ", every file the same" : ""}`,
    );
    return { copied };
  } finally {
    await removeHelpers(ctx, AbortSignal.timeout(REMOVE_MS));
  }
}

const lastLine = (text: string) => text.trim().split("\n").at(-1)?.trim() ?? "";

/** Those of every try of this step. */
async function removeHelpers(ctx: StepContext, signal: AbortSignal): Promise<void> {
  const labels = Object.entries(scratchLabels(ctx)).map(([label, value]) => `${label}=${value}`);
  const names = (await listServices(labels, signal)).map(({ Spec }) => Spec.Name);
  for (const name of names) await removeService(name, signal);
  for (const name of names) while (await findService(name, signal)) await delay(100, undefined, { signal });
}

async function startHelper(
  { name, host, command, mount }: Helper,
  { networkId, token }: { networkId: string; token: string },
  ctx: StepContext,
): Promise<void> {
  const image = config().BACKUP_HELPER_IMAGE;
  const { memoryBytes, cpus, pids } = helperLimits();
  const spec = {
    Name: name,
    Labels: scratchLabels(ctx),
    TaskTemplate: {
      ContainerSpec: {
        ...{ Image: image, Command: command, User: "0:0", Init: true, Labels: scratchLabels(ctx) },
        Env: [`${TOKEN}=${token}`],
        Mounts: [mount],
      },
      Resources: { Limits: { MemoryBytes: memoryBytes, NanoCPUs: cpus * 1e9, Pids: pids } },
      Networks: [{ Target: networkId }],
      Placement: { Constraints: [`node.hostname==${host}`] },
      RestartPolicy: { Condition: "none" },
    },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: "dnsrr" },
  };
  await createService(spec as unknown as ServiceSpec, ctx.signal, await findRegistryAuth(image, ctx));
}

const ENDED = new Set(["failed", "rejected", "shutdown", "orphaned", "remove"]);

async function untilDone([sender, receiver]: Helper[], ctx: StepContext): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (let pause = 100; ; pause = Math.min(pause * 1.3, 1_000)) {
    const states: string[] = [];
    for (const helper of [receiver, sender]) {
      if (!helper) continue;
      const [task] = await listTasks({ service: [helper.name] }, ctx.signal);
      const state = task?.Status.State ?? "new";
      states.push(state);
      if (ENDED.has(state)) throw await explain(helper, task?.Status.Err ?? "", ctx);
    }
    if (states.every((state) => state === "complete")) return;
    ctx.progress(`receiver ${states[0]}, sender ${states[1]}`);
    if (Date.now() > deadline && states.some((state) => !["running", "complete"].includes(state)))
      throw new AppError({
        code: "moves.helper_late",
        message: "What copies the files did not start on both hosts.",
        advice: "Check that both hosts have room for it and can pull the image that BACKUP_HELPER_IMAGE names.",
        detail: states.join(", "),
        retry: "retry",
      });
    await delay(pause, undefined, { signal: ctx.signal });
  }
}

async function explain({ name, host, mount }: Helper, reason: string, ctx: StepContext): Promise<AppError> {
  const detail = [reason, await readServiceLog(name, TAIL, ctx.signal).catch(() => "")].join("\n").trim();
  const code = Number(/non-zero exit \((\d+)\)/.exec(reason)?.[1] ?? 0);
  if (code === EXIT.taken)
    return new AppError({
      code: "moves.leftovers",
      message: `There is such a folder on ${host} already, which this move did not bring there.`,
      advice:
        "If both hosts see the same storage, say so; if an earlier move left it, let it be put aside. Then start the move again.",
      detail,
    });
  if (code === EXIT.link)
    return new AppError({
      code: "moves.no_real_folder",
      message: `What has its folder's name on ${host} is no folder: a copy would go where it leads.`,
      advice: "Look at what it is and who put it there. Take it away, then retry this step.",
      detail,
      retry: "needs_person",
    });
  if (code === EXIT.differs || code === EXIT.incomplete)
    return new AppError({
      code: "moves.files_differ",
      message: `What arrived on ${host} is not what was sent.`,
      advice: "Somebody may have written meanwhile. The old folder was only read; the next try copies again.",
      detail,
      retry: "retry",
    });
  if (/bind source path does not exist/i.test(reason))
    return new AppError({
      code: "moves.no_folder",
      message: `There is no folder ${mount.Source} on ${host}.`,
      advice: "Create it there, owned by root, then retry this step.",
      detail,
      retry: "needs_person",
    });
  return new AppError({
    code: "moves.copy_failed",
    message: `Copying the files failed on ${host}.`,
    advice: "What the programs said is below. The image of BACKUP_HELPER_IMAGE must have bash, tar and socat.",
    detail,
    retry: "retry",
  });
}
