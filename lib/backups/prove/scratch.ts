import { setTimeout as delay } from "node:timers/promises";
import { findContainer, readContainerLog, removeContainer, startScratch } from "#lib/integrations/docker/containers.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { generatePassword } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { SqlSession } from "./sql-session.ts";

const READY_MS = 180_000;
export const SCRATCH_LABEL = "seaworthy.scratch";
const RESTORE_USER = "scratch_restore";

/** A throw-away database server: the image the dump came from, no network, an account that may fill one database. */
export interface Scratch {
  containerId: string;
  admin: Login;
  restorer: Login;
}

/** One name for each step: a second try finds what the first left. */
export const scratchName = (ctx: StepContext) => `seaworthy-scratch-${ctx.step.id}`;

/** Runs `work` with a scratch server and takes it away afterwards, however that ended. */
export async function withScratch<T>(
  image: string,
  engine: DatabaseEngine,
  database: string,
  ctx: StepContext,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const name = scratchName(ctx);
  const admin = { user: engine.scratch.adminUser, password: generatePassword(), database };
  const restorer = { user: RESTORE_USER, password: generatePassword(), database };
  for (const { password } of [admin, restorer]) ctx.redact(password);
  const entry = { kind: KINDS.scratch, providerId: name, name };
  await ctx.ledger.plan(entry);
  await ctx.guard();
  try {
    const labels = {
      [SCRATCH_LABEL]: String(ctx.step.id),
      ...(ctx.service ? { "seaworthy.service": ctx.service.name } : {}),
    };
    const { id } = await startScratch({ name, image, env: engine.scratch.env(admin), labels }, ctx.signal);
    await ctx.ledger.record({ ...entry, attributes: { id } });
    await waitUntilReady(id, engine, admin, ctx);
    const session = await SqlSession.open(id, engine, admin, ctx.signal);
    try {
      for (const sql of engine.scratch.prepareSql(admin, restorer)) await session.query(sql);
    } finally {
      session.close();
    }
    return await work({ containerId: id, admin, restorer });
  } finally {
    await removeScratch(name, ctx);
  }
}

/** Also when the run was cancelled: what is left over would never be looked for again. */
export async function removeScratch(name: string, ctx: StepContext): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  await removeContainer(name, signal);
  if ((await findContainer(name, signal)) === null) await ctx.ledger.gone(KINDS.scratch, name);
}

async function waitUntilReady(id: string, engine: DatabaseEngine, admin: Login, ctx: StepContext): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (let pause = 100; ; pause = Math.min(pause * 1.3, 1_000)) {
    const state = (await findContainer(id, ctx.signal))?.State;
    if (state?.Running) {
      const probe = { argv: engine.scratch.readyArgv(admin), env: { [engine.passwordVariable]: admin.password } };
      if ((await runExec(id, probe, ctx.signal)).exitCode === 0) return;
    }
    if (state?.Status === "exited" || state?.Status === "dead" || Date.now() > deadline) {
      const words = (await readContainerLog(id, 20, ctx.signal)).map((frame) => frame.data.toString("utf8")).join("");
      throw new AppError({
        code: "backups.scratch_failed",
        message: "The throw-away database that proves the backup did not start.",
        advice: "The backup itself is stored. The panel tries to prove it again by itself.",
        detail: words,
        retry: "retry",
      });
    }
    await delay(pause, undefined, { signal: ctx.signal });
  }
}
