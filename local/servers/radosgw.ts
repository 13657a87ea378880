import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePrograms } from "./packages.ts";
import { pickPort } from "./ports.ts";
import { acceptsConnections, type RunningProcess, runCommand, startProcess } from "./process.ts";

export type RadosgwOptions = { accessKeyId: string; secretAccessKey: string };
export type Radosgw = { endpoint: string; stop: () => Promise<void> };

/**
 * Starts Ceph's S3 server on the smallest cluster there is: one monitor, and one store that keeps everything in memory and
 * forgets it when it ends; no manager, which only counts and reports. It takes about two seconds and 150 MB.
 */
export async function startRadosgw(account: RadosgwOptions): Promise<Radosgw> {
  requirePrograms("ceph-mon", "ceph-osd", "radosgw");
  const dir = mkdtempSync(join(tmpdir(), "seaworthy-radosgw-"));
  const [monitorPort, port] = [await pickPort(), await pickPort()];
  for (const name of ["mon", "osd", "rgw", "run"]) mkdirSync(join(dir, name));
  const fsid = randomUUID();
  const config = join(dir, "ceph.conf");
  writeFileSync(config, buildConfig({ dir, fsid, monitorPort, port }));
  const run = ([program = "", ...args]: string[]) => runCommand([program, "-c", config, ...args]);
  const servers: RunningProcess[] = [];
  const start = async (name: string, argv: string[], isReady: () => Promise<boolean>) => {
    const [program = "", ...args] = argv;
    servers.push(
      await startProcess({
        name,
        argv: [program, "-c", config, "-f", ...args],
        logFile: join(dir, `${name}.log`),
        isReady,
        // Asked politely, the store writes to disk what it has in memory.
        stopSignal: "SIGKILL",
      }),
    );
  };
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const monitorMap = join(dir, "monmap");
    await run([
      ...["monmaptool", "--create", "--fsid", fsid, "--addv", "a", `[v2:127.0.0.1:${monitorPort}]`],
      ...["--enable-all-features", "--set-min-mon-release", "16", monitorMap],
    ]);
    await run(["ceph-mon", "--mkfs", "-i", "a", "--monmap", monitorMap]);
    await start("ceph-mon", ["ceph-mon", "-i", "a"], () => acceptsConnections(monitorPort));
    const osdId = randomUUID();
    await run(["ceph", "osd", "new", osdId]);
    await run(["ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osdId]);
    await start("ceph-osd", ["ceph-osd", "-i", "0"], async () => true);
    // Waits until the store is there, and makes the pools.
    await run([
      ...["radosgw-admin", "user", "create", "--uid=tests", "--display-name=tests"],
      ...[`--access-key=${account.accessKeyId}`, `--secret-key=${account.secretAccessKey}`],
    ]);
    await start("radosgw", ["radosgw", "-n", "client.rgw"], () => acceptsConnections(port));
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

type Place = { dir: string; fsid: string; monitorPort: number; port: number };

const buildConfig = ({ dir, fsid, monitorPort, port }: Place): string =>
  [
    "[global]",
    `fsid = ${fsid}`,
    "mon initial members = a",
    `mon host = v2:127.0.0.1:${monitorPort}`,
    "public addr = 127.0.0.1",
    "cluster addr = 127.0.0.1",
    "ms bind msgr1 = false",
    ...["cluster", "service", "client"].map((who) => `auth ${who} required = none`),
    // The gateway insists on encryption otherwise, which there is none of without keys.
    "ms mon client mode = crc",
    `run dir = ${join(dir, "run")}`,
    `crash dir = ${join(dir, "run")}`,
    "admin socket =",
    "log to file = false",
    "log to stderr = true",
    "mon cluster log to file = false",
    "debug rocksdb = 0",
    "osd pool default size = 1",
    "osd pool default min size = 1",
    "osd pool default pg num = 1",
    "osd pool default pgp num = 1",
    "mon allow pool size one = true",
    "osd crush chooseleaf type = 0",
    // One monitor has nobody to wait for: each change of the cluster takes a second otherwise.
    "paxos propose interval = 0.02",
    "paxos min wait = 0.01",
    "[mon.a]",
    `mon data = ${join(dir, "mon")}`,
    "[osd.0]",
    `osd data = ${join(dir, "osd")}`,
    "osd objectstore = memstore",
    "osd crush initial weight = 1",
    "[client.rgw]",
    `rgw data = ${join(dir, "rgw")}`,
    `rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1`,
    // So that a few kilobytes have several parts.
    "rgw multipart min part size = 1",
    "",
  ].join("\n");
