// Runs on the system's Node 20 with no node_modules: everything here is built in.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs the npm packages if any is missing or another version, then runs a script of ours with Node 24 until it ends. */
export function bootstrap(script) {
  checkMachine();
  installDependencies();
  handOver(script, process.argv.slice(2));
}

function checkMachine() {
  const [major] = process.versions.node.split(".").map(Number);
  if (process.platform !== "linux") stop("This runs on Linux (tried on Debian 12).");
  if (major < 20) stop(`Node ${process.versions.node} is too old: 20 or newer is needed.`);
  if (process.getuid() !== 0) stop("Run this as root: it starts a Docker Engine and installs Debian packages.");
}

function installDependencies() {
  if (isInstalled()) return;
  console.log("Installing the npm packages of package-lock.json (a minute or two)");
  // Not `npm ci`: it refuses a lock file without the optional packages of other platforms, which not every registry has.
  // This keeps to the lock file as well, and does not write it.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", args, { cwd: repository, stdio: "inherit" });
  if (status !== 0) stop("npm install failed.");
  if (!existsSync(join(repository, "node_modules/node/bin/node"))) {
    stop("npm did not run the install script of the package `node`, which brings Node 24: npm rebuild node");
  }
}

// npm writes what it installed beside the packages; a checkout that moved on has another lock file.
function isInstalled() {
  try {
    const read = (file) => JSON.parse(readFileSync(join(repository, file), "utf8")).packages;
    const installed = read("node_modules/.package-lock.json");
    const wanted = Object.entries(read("package-lock.json")).filter(([path, entry]) => path && !entry.optional);
    const isSame = ([path, entry]) => entry.link || installed[path]?.version === entry.version;
    return wanted.every(isSame) && existsSync(join(repository, "node_modules/node/bin/node"));
  } catch {
    return false;
  }
}

function handOver(script, args) {
  const bin = join(repository, "node_modules/.bin");
  const child = spawn(join(repository, "node_modules/node/bin/node"), [join(repository, script), ...args], {
    cwd: repository,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
  });
  // In a terminal Ctrl-C reaches the child by itself; we stay until it has put everything away.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill("SIGTERM"));
  child.once("exit", (code, signal) => process.exit(signal ? 1 : code));
  watchLaunchers(() => child.kill("SIGTERM"));
}

// npm starts us through a shell; whichever of the two is killed, nobody could stop us any more.
function watchLaunchers(onGone) {
  const launchers = [process.ppid];
  const above = parentOf(process.ppid);
  if (above && /^npm/.test(nameOf(above))) launchers.push(above);
  const hasLost = () => launchers.some((pid) => parentOf(pid) === undefined);
  const timer = setInterval(() => {
    if (process.ppid === launchers[0] && !hasLost()) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function nameOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8");
  } catch {
    return "";
  }
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
