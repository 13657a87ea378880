/** Beside Pebble in docker-compose.yml: keeps the root of what it issues in a file that the panel reads. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pebbleCaFile, pebbleRootsFile, readHttps } from "../servers/pebble.ts";

const PEBBLE = "/shared/pebble";
const EVERY_MS = 10_000;

process.once("SIGTERM", () => process.exit(0));
for (let before = ""; ; await delay(EVERY_MS)) {
  const root = await readHttps("https://pebble:15000/roots/0", readFileSync(pebbleCaFile(PEBBLE)));
  if (!root || root === before) continue;
  const partial = join(PEBBLE, "roots.partial");
  writeFileSync(partial, root);
  renameSync(partial, pebbleRootsFile(PEBBLE));
  before = root;
}
