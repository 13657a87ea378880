import type { Counts } from "../schema/manifest.ts";
import type { Login } from "./types.ts";

const reach = ({ host, port }: Login) => [...(host ? ["-h", host] : []), ...(port ? ["-p", String(port)] : [])];

/**
 * Starts a server ($@) with every module of its image, as the official image's entrypoint does since Redis 8: one without them ends at
 * the first key of theirs. Whoever starts it in a container that is there already comes past that entrypoint.
 */
const serveWithModules = (folder: string) =>
  `for module in "${folder}"/*.so; do [ -s "$module" ] && [ -x "$module" ] && set -- "$@" --loadmodule "$module"; done; exec "$@"`;

/** Redis gives its whole content as it would write it to its own disk, as to a replica. */
export const redis = {
  passwordVariable: "REDISCLI_AUTH",
  serveArgv: (options: readonly string[], folder = "/usr/local/lib/redis/modules"): string[] => [
    ...["sh", "-c", serveWithModules(folder), "serve", "redis-server"],
    ...options,
  ],
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
