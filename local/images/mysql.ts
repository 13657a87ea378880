import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { registryHost } from "../servers/registry.ts";
import type { WorldFile } from "../world-file.ts";
import { cachedLayer, hash, imageCacheDir, scriptsLayer, withLock } from "./cached-layer.ts";
import { buildTree, type TreeRecipe } from "./database-tree.ts";
import { type ImageConfig, PATH, pushImage } from "./image.ts";

/** Of Debian's releases only sid has MySQL. What is there changes daily; what was made once stays in the cache. */
const recipe: TreeRecipe = {
  suite: "sid",
  packages: ["mysql-server-core", "mysql-client-core", "zstd"],
  removed: [
    ...["boot/*", "dev/*", "run/*", "tmp/*", "etc/hostname", "etc/machine-id", "etc/resolv.conf"],
    "usr/bin/mysql{_migrate_keyring,binlog,import,show,slap,check}",
    "usr/lib/x86_64-linux-gnu/{perl,libperl*}",
    "usr/share/{bash-completion,doc,i18n,info,lintian,locale,man,perl,perl5,zoneinfo}",
    ...["var/cache/*", "var/lib/apt/*", "var/lib/dpkg/info", "var/lib/mysql/*", "var/log/*"],
  ],
};

const config: ImageConfig = {
  Env: [PATH, "LANG=C.UTF-8"],
  Entrypoint: ["docker-entrypoint.sh"],
  Cmd: ["mysqld"],
  ExposedPorts: { "3306/tcp": {} },
  Volumes: { "/var/lib/mysql": {} },
  Labels: { "org.opencontainers.image.title": "mysql", "org.opencontainers.image.version": "9.7" },
};

/** The image of MySQL in the world's registry, as the engine calls it. Made when a test first asks: no demo needs it. */
export async function provideMysqlImage(
  { world }: Pick<WorldFile, "world">,
  log: (line: string) => void = () => {},
): Promise<string> {
  const cacheDir = imageCacheDir();
  return withLock(join(cacheDir, "mysql.lock"), async () => {
    const tree = await cachedLayer(cacheDir, "mysql-tree", hash(JSON.stringify(recipe)), () => buildMysqlTree(log));
    const layers = [tree, await scriptsLayer(cacheDir, "mysql")];
    await pushImage(world.registryUrl, { repository: "mysql", tag: "9.7", layers, config });
    return `${registryHost}/mysql:9.7`;
  });
}

async function buildMysqlTree(log: (line: string) => void): Promise<string> {
  try {
    return await buildTree(recipe, addMysqlUser, log);
  } catch (error) {
    const said = [error, ...(error instanceof Error && "stdout" in error ? [error.stdout] : [])].join("\n").trim();
    throw new Error(
      `Debian sid gives no MySQL now, so that nothing can be tested with it. Its mirror may be half-way through an update: try again in an hour.\n${said.split("\n").slice(-8).join("\n")}`,
    );
  }
}

// The package with the servers alone makes no user.
function addMysqlUser(root: string): void {
  appendFileSync(join(root, "etc/passwd"), "mysql:x:999:999::/var/lib/mysql:/bin/false\n");
  appendFileSync(join(root, "etc/group"), "mysql:x:999:\n");
}
