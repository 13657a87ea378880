import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runCommand } from "../servers/process.ts";

export interface TreeRecipe {
  suite: string;
  packages: string[];
  removed: string[];
}

/** What the tree under the database images and the one of programs is made of; a change here makes a new tree. */
export const treeRecipe: TreeRecipe = {
  suite: "bookworm",
  packages: ["mariadb-server", "postgresql", "redis-server", "zstd", "lrzip"],
  // Not needed by a server in a container, or (keys, data, the maker's resolver) not to be shared.
  removed: [
    "boot/*",
    "dev/*",
    "etc/hostname",
    "etc/machine-id",
    "etc/mysql/debian.cnf",
    "etc/resolv.conf",
    "etc/ssl/private/*",
    "etc/ssl/certs/ssl-cert-snakeoil.pem",
    "etc/postgresql/*",
    "run/*",
    "tmp/*",
    "usr/bin/aria_*",
    "usr/bin/innochecksum",
    "usr/bin/mariadb-{binlog,check,conv,import,plugin,show,slap,tzinfo-to-sql,upgrade}",
    "usr/bin/my{isamchk,isamlog,isampack,isam_ftdump}",
    // What every Debian has of perl stays, as it does in the images of others.
    "usr/bin/perl{5*,bug,doc,ivp,thanks}",
    "usr/bin/perror",
    "usr/lib/libgalera_smm.so",
    "usr/lib/postgresql/*/bin/{pgbench,pg_upgrade,pg_waldump,pg_receivewal,pg_recvlogical}",
    "usr/lib/postgresql/*/lib/bitcode",
    "usr/lib/postgresql/*/lib/llvmjit*",
    "usr/lib/x86_64-linux-gnu/libLLVM*",
    "usr/lib/x86_64-linux-gnu/libperl*",
    "usr/lib/x86_64-linux-gnu/libz3*",
    "usr/lib/x86_64-linux-gnu/perl",
    "usr/share/{bash-completion,doc,i18n,info,lintian,locale,man,perl,perl5}",
    "var/cache/*",
    "var/lib/apt/*",
    "var/lib/dpkg/info",
    "var/lib/mysql/*",
    "var/lib/postgresql/*",
    "var/log/*",
  ],
};

/** Makes a small Debian with the database servers in a temporary folder; the caller removes it. */
export const buildDatabaseTree = (log: (line: string) => void): Promise<string> =>
  buildTree(treeRecipe, linkPostgresPrograms, log);

/** Makes a small Debian in a temporary folder; the caller removes it. */
export async function buildTree(
  { suite, packages, removed }: TreeRecipe,
  finish: (root: string) => void,
  log: (line: string) => void,
): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "seaworthy-tree-"));
  try {
    log(`debootstrap ${suite} with ${packages.join(", ")} (about a minute)`);
    const argv = [
      // Namespaces of its own: cut off, it leaves neither processes nor mounts.
      ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"],
      "debootstrap",
      "--variant=minbase",
      `--include=${packages.join(",")}`,
      suite,
      root,
    ];
    await runCommand(argv, { timeoutMs: 15 * 60_000, env: { DEBIAN_FRONTEND: "noninteractive" } });
    slim(root, removed);
    finish(root);
    return root;
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

function slim(root: string, removed: readonly string[]): void {
  for (const pattern of removed) {
    for (const path of globSync(pattern, { cwd: root })) rmSync(join(root, path), { recursive: true, force: true });
  }
  for (const folder of ["tmp", "run", "var/cache", "var/log"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "etc/machine-id"), "");
}

// Debian's psql and pg_dump are Perl scripts that pick a version; there is one version here, and little of Perl.
function linkPostgresPrograms(root: string): void {
  for (const program of globSync("usr/lib/postgresql/*/bin/*", { cwd: root })) {
    const link = join(root, "usr/bin", basename(program));
    rmSync(link, { force: true });
    if (!existsSync(link)) symlinkSync(`/${program}`, link);
  }
}
