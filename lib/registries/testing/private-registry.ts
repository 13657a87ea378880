import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPrivateRegistry } from "#local/servers/registry.ts";
import { testWorld } from "#local/test-world.ts";

export const ACCOUNT = {
  username: "panel",
  password: "panel-password",
  /** Of the password, for the registry's own list. */
  hash: "$2b$05$abcdefghijklmnopqrstuu5mEFTPNW4eXsKhcHd6y5H6ZIZQCQu6u",
} as const;

export interface PrivateRegistry {
  /** As the engine calls it. */
  host: string;
  stop(): Promise<void>;
}

/** The world's images behind a sign-in, in the engine's own network. */
export async function openPrivateRegistry(): Promise<PrivateRegistry> {
  const world = testWorld();
  const plain = world.processes.find(({ name }) => name === "registry");
  if (!plain) throw new Error("The world has no registry.");
  const port = 5_100 + Math.floor(Math.random() * 20_000);
  const runDir = mkdtempSync(join(tmpdir(), "seaworthy-registry-"));
  const server = await startPrivateRegistry({
    dataDir: join(world.stateDir, "registry"),
    runDir,
    logFile: join(runDir, "registry.log"),
    network: { path: `/proc/${plain.pid}/ns/net`, address: new URL(world.world.registryUrl).hostname },
    port,
    username: ACCOUNT.username,
    passwordHash: ACCOUNT.hash,
  });
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      await server.stop();
      rmSync(runDir, { recursive: true, force: true });
    },
  };
}
