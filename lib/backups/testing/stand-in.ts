import { runExec } from "#lib/integrations/docker/exec.ts";
import type { BackupWorld } from "../testing.ts";

export const runInside = (world: BackupWorld, script: string, input?: string) =>
  runExec(
    world.containerId,
    { argv: ["sh", "-c", script], ...(input === undefined ? {} : { input }) },
    AbortSignal.timeout(10_000),
  );

/** A program found before the real one, which the body calls `$real`. */
export async function standIn(world: BackupWorld, program: string, body: string): Promise<void> {
  const path = `/usr/local/bin/${program}`;
  const script = `real=$(PATH=$(printf %s "$PATH" | sed 's#/usr/local/bin:##') command -v ${program}) &&
    { echo '#!/bin/sh'; echo "real=$real"; cat; } >${path} && chmod 755 ${path}`;
  const { exitCode, stderr } = await runInside(world, script, `${body}\n`);
  if (exitCode !== 0) throw new Error(stderr);
}

export const endStandIn = (world: BackupWorld, program: string) => runInside(world, `rm -f /usr/local/bin/${program}`);

/** The same while `work` runs. */
export async function withStandIn<T>(
  world: BackupWorld,
  program: string,
  body: string,
  work: () => Promise<T>,
): Promise<T> {
  await standIn(world, program, body);
  return work().finally(() => endStandIn(world, program));
}
