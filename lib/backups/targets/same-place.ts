import { resolve } from "node:path";
import type { TargetConfig } from "../schema/target.ts";

interface Place {
  /** What its folders are counted in: a disk, a bucket, an account on a host. */
  within: string;
  folder: string;
}

/** Amazon has one space of names for all buckets, whichever of its addresses is asked. */
function nameServer(endpoint: string | null): string {
  if (endpoint === null) return "amazon";
  const { host, hostname, pathname } = new URL(endpoint);
  return hostname.endsWith(".amazonaws.com") ? "amazon" : `${host}${pathname.replace(/\/+$/, "")}`;
}

function placeOf(config: TargetConfig, backupsRoot: string): Place {
  switch (config.kind) {
    case "disk":
      return { within: "disk", folder: resolve(config.folder ?? backupsRoot) };
    case "s3":
      return { within: `s3 ${nameServer(config.endpoint)} ${config.bucket}`, folder: resolve("/", config.prefix) };
    case "ssh":
      return {
        within: `ssh ${config.user}@${config.host.toLowerCase()}:${config.port}`,
        folder: resolve("/", config.folder),
      };
  }
}

const isIn = (folder: string, outer: string) => `${folder}/`.startsWith(outer === "/" ? "/" : `${outer}/`);

/** Whether two targets are in the same place, or one inside the other, as far as their settings say. */
export function isSamePlace(one: TargetConfig, other: TargetConfig, backupsRoot: string): boolean {
  const [a, b] = [placeOf(one, backupsRoot), placeOf(other, backupsRoot)];
  return a.within === b.within && (isIn(a.folder, b.folder) || isIn(b.folder, a.folder));
}
