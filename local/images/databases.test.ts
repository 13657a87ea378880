import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectDocker } from "../servers/docker.ts";
import { waitUntil } from "../servers/process.ts";
import { testWorld } from "../test-world.ts";

// Every character that SQL, a shell or a config file could stumble over.
const password = "p%a\"s`s'w\\x $HOME;--";
const dir = mkdtempSync(join(tmpdir(), "seaworthy-database-"));
const started: Docker.Container[] = [];
let docker: Docker;

beforeAll(() => {
  docker = connectDocker(testWorld().world.dockerSocket);
  writeFileSync(join(dir, "password"), password);
});
afterAll(async () => {
  await Promise.all(started.map((container) => container.remove({ force: true, v: true })));
  rmSync(dir, { recursive: true });
});

async function start(image: string | undefined, Env: string[]): Promise<Docker.Container> {
  if (!image) throw new Error("This world has no sample images.");
  await pull(image);
  const HostConfig = { Binds: [`${dir}:/given:ro`], NetworkMode: "none" };
  const container = await docker.createContainer({ Image: image, Env, HostConfig });
  started.push(container);
  await container.start();
  return container;
}

async function pull(image: string): Promise<void> {
  const stream = await docker.pull(image);
  await new Promise<void>((resolve, reject) => docker.modem.followProgress(stream, (e) => (e ? reject(e) : resolve())));
}

/** Runs a program in the container and gives back what it printed, or undefined when it failed. */
async function run(container: Docker.Container, Cmd: string[], Env: string[] = []): Promise<string | undefined> {
  const exec = await container.exec({ Cmd, Env: [...Env, "PAGER=cat"], AttachStdout: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  const chunks: string[] = [];
  for await (const chunk of stream) chunks.push(String(chunk));
  return (await exec.inspect()).ExitCode === 0 ? chunks.join("").trim() : undefined;
}

describe("the MariaDB image", () => {
  it("makes the database and user asked for, with the password of a file, and stops cleanly", async () => {
    const container = await start(testWorld().images?.mariadb, [
      "MARIADB_ROOT_PASSWORD_FILE=/given/password",
      "MARIADB_PASSWORD_FILE=/given/password",
      "MARIADB_USER=o'neil",
      "MARIADB_DATABASE=my_app",
    ]);
    const ask = (user: string, sql: string) =>
      run(container, ["mariadb", "-h", "127.0.0.1", "-u", user, "-N", "-B", "-e", sql], [`MYSQL_PWD=${password}`]);
    const isUp = async () => (await ask("o'neil", "SELECT DATABASE() IS NULL")) === "1";
    await waitUntil(isUp, { timeoutMs: 30_000, what: "MariaDB to let the user in" });
    expect(await ask("o'neil", "CREATE TABLE my_app.t (a INT); SHOW TABLES FROM my_app")).toBe("t");
    expect(await ask("o'neil", "CREATE DATABASE other")).toBeUndefined();
    expect(await ask("root", "SELECT COUNT(*) FROM mysql.global_priv WHERE Host NOT IN ('localhost', '%')")).toBe("0");
    expect(await run(container, ["mariadb", "-u", "root", "-e", "SELECT 1"])).toBeUndefined();
    expect(await run(container, ["healthcheck.sh"])).toBeDefined();
    await container.stop();
    expect((await container.inspect()).State.ExitCode).toBe(0);
  });

  it("refuses to start without a root password", async () => {
    const container = await start(testWorld().images?.mariadb, []);
    await container.wait();
    expect(String(await container.logs({ stderr: true }))).toContain("MARIADB_ROOT_PASSWORD");
  });
});

describe("the PostgreSQL image", () => {
  it("makes the database and superuser asked for, with the password of a file, and stops cleanly", async () => {
    const container = await start(testWorld().images?.postgres, [
      "POSTGRES_PASSWORD_FILE=/given/password",
      "POSTGRES_USER=app",
      'POSTGRES_DB=my-"app',
    ]);
    const ask = (sql: string, given: string) =>
      run(container, ["psql", "-h", "127.0.0.1", "-U", "app", "-d", 'my-"app', "-tAc", sql], [`PGPASSWORD=${given}`]);
    const isUp = async () => (await ask("SELECT 1", password)) === "1";
    await waitUntil(isUp, { timeoutMs: 30_000, what: "PostgreSQL to let the user in" });
    expect(await ask("SELECT current_database()", password)).toBe('my-"app');
    expect(await ask("SELECT 1", "wrong")).toBeUndefined();
    await container.stop();
    expect((await container.inspect()).State.ExitCode).toBe(0);
  });
});
