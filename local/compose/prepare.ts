/**
 * Once before the rest of docker-compose.yml starts: makes the demo's own keys, Pebble's certificate and settings, where
 * Caddy listens for the panel, and turns the demo's Docker Engine into a swarm. Safe to run again.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { preparePebble } from "../servers/pebble.ts";

const SECRETS = "/run/secrets";
const PEBBLE = "/shared/pebble";

const writeOnce = (file: string, text: () => string) => {
  if (!existsSync(file)) writeFileSync(file, text(), { mode: 0o600 });
};

mkdirSync(SECRETS, { recursive: true });
writeOnce(join(SECRETS, "SESSION_SECRET"), () => randomBytes(48).toString("base64"));
writeOnce(join(SECRETS, "ENCRYPTION_KEYS"), () => `k1:${randomBytes(32).toString("base64")}`);

await preparePebble({
  dataDir: PEBBLE,
  configFile: join(PEBBLE, "config.json"),
  host: "0.0.0.0",
  port: 14000,
  managementPort: 15000,
  names: "DNS:pebble,DNS:localhost",
});

writeFileSync("/shared/caddy.json", JSON.stringify({ admin: { listen: "unix//run/caddy/admin.sock" } }));

// dockerode reads DOCKER_HOST by itself.
const docker = new Docker({ timeout: 30_000 });
const { Swarm: swarm } = (await docker.info()) as { Swarm?: { LocalNodeState?: string } };
if (swarm?.LocalNodeState !== "active") {
  await docker.swarmInit({ ListenAddr: "0.0.0.0:2377", AdvertiseAddr: "eth0", ForceNewCluster: false });
}
console.log("prepared");
