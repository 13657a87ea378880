import type { Counts } from "../schema/manifest.ts";
import type { Login } from "./types.ts";

const reach = ({ host, port }: Login) => [...(host ? ["-h", host] : []), ...(port ? ["-p", String(port)] : [])];

/** Redis gives its whole content as it would write it to its own disk, as to a replica. */
export const redis = {
  passwordVariable: "REDISCLI_AUTH",
  /** "-": to standard output, so that the server's disk sees nothing of it. */
  dumpArgv: (login: Login): string[] => ["redis-cli", ...reach(login), "--rdb", "-"],
  countArgv: (login: Login): string[] => ["redis-cli", ...reach(login), "info", "keyspace"],
  /** From "db0:keys=3,expires=0,avg_ttl=0". */
  readCounts(text: string): Counts {
    const counts: Counts = {};
    for (const [, database = "", keys] of text.matchAll(/^(db\d+):keys=(\d+)/gm))
      counts[database] = [Number(keys), Number(keys)];
    return counts;
  },
};
