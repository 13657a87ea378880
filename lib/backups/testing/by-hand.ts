import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { config } from "#lib/platform/config/config.ts";
import { writeByHand } from "../queries/write-by-hand.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import type { BackupWorld } from "../testing.ts";

export const readManifestOf = (world: BackupWorld, key: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(join(world.root, key, "manifest.json"), "utf8")));

/** What the page of a restore point tells a person to type. */
export const commandsOf = (world: BackupWorld, key: string) =>
  writeByHand({
    ...{ key, manifest: readManifestOf(world, key), source: world.source, backupsRoot: world.root },
    target: { kind: "disk", folder: null },
  });
export type Command = ReturnType<typeof commandsOf>[number];

/** Pastes them into a shell as they are. `typed`: what a person answers. */
export function paste(commands: readonly (Command | undefined)[], typed = ""): string {
  const script = commands.map((one) => one?.command ?? "exit 9").join("\n");
  const env = { ...process.env, DOCKER_HOST: config().DOCKER_HOST };
  return execFileSync("bash", ["-e", "-o", "pipefail", "-c", script], {
    env,
    input: typed,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 60_000,
  }).toString();
}
