import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { findContainer, listChanges, readContainerLog, removeContainer, startScratch } from "./containers.ts";
import { alreadyExists, isNotFound } from "./errors.ts";
import { runExec, startExec } from "./exec.ts";
import { parseImage, pinImage } from "./images.ts";
import { createSecret, findSecret, listNodes, readOwnNodeId, removeSecret } from "./swarm.ts";

const IMAGE = "127.0.0.1:5000/mariadb:10.11";
const name = `t-docker-${randomBytes(4).toString("hex")}`;
const signal = () => AbortSignal.timeout(25_000);

beforeAll(async () => {
  applyTestEnv();
  await startScratch(
    { name, image: IMAGE, env: {}, labels: {}, command: ["sleep", "600"] },
    AbortSignal.timeout(60_000),
  );
});
afterAll(async () => {
  await removeContainer(name, signal());
  expect(await findContainer(name, signal())).toBeNull();
});

const sh = (script: string, more = {}) => ({ argv: ["sh", "-c", script], ...more });

test("a container that changed nothing of its image has no changes; a new file is one", async () => {
  expect(await listChanges(name, signal())).toEqual([]);
  await runExec(name, sh("echo x >/srv/made"), signal());
  expect(await listChanges(name, signal())).toContainEqual({ path: "/srv/made", kind: 1 });
});

test("one that several take away at once is gone for each of them", async () => {
  for (let round = 0; round < 5; round++) {
    const more = `${name}-${round}`;
    await startScratch({ name: more, image: IMAGE, env: {}, labels: {}, command: ["sleep", "600"] }, signal());
    await Promise.all(Array.from({ length: 6 }, () => removeContainer(more, signal())));
    expect(await findContainer(more, signal())).toBeNull();
  }
});

describe("exec", () => {
  test("keeps the two streams apart, and gives the exit code", async () => {
    const result = await runExec(name, sh("echo out; echo err >&2; exit 7"), signal());
    expect(result).toEqual({ exitCode: 7, stdout: "out\n", stderr: "err\n" });
  });

  test("hands over environment, user and input, none of them in argv", async () => {
    const options = { ...sh('cat; echo "$SECRET $(id -u)"'), env: { SECRET: "s3 cret" }, user: "65534", input: "in\n" };
    expect((await runExec(name, options, signal())).stdout).toBe("in\ns3 cret 65534\n");
  });

  test("a reader that stalls loses nothing of 64 MB", async () => {
    const bytes = 64 * 1024 * 1024;
    const running = await startExec(name, sh(`head -c ${bytes} /dev/zero; echo END; read -r ok`), signal());
    let read = 0;
    let tail = "";
    for await (const { data } of running.output) {
      read += data.length;
      if (read % (4 * 1024 * 1024) < data.length) await new Promise((resolve) => setTimeout(resolve, 30));
      tail = data.subarray(-4).toString("latin1");
      if (tail === "END\n") break;
    }
    expect(read).toBe(bytes + 4);
    running.close();
  });

  test("ends the program when the run is cancelled", async () => {
    const stop = new AbortController();
    const work = runExec(name, sh("cat"), stop.signal);
    const endless = startExec(name, sh("while :; do echo y; done"), stop.signal).then(async (running) => {
      for await (const _frame of running.output) stop.abort(new Error("cancelled"));
    });
    await expect(endless).rejects.toThrow("cancelled");
    await work.catch(() => {});
  });
});

describe("the engine's answers", () => {
  test("a container's own log can be read", async () => {
    const other = `${name}-log`;
    await startScratch(
      { name: other, image: IMAGE, env: {}, labels: {}, command: ["sh", "-c", "echo a; echo b >&2"] },
      signal(),
    );
    await expect.poll(async () => (await findContainer(other, signal()))?.State.Status).toBe("exited");
    const log = await readContainerLog(other, 10, signal());
    expect(log.map(({ stream, data }) => `${stream} ${data.toString().trim()}`).sort()).toEqual([
      "stderr b",
      "stdout a",
    ]);
    await removeContainer(other, signal());
  });

  test("a tag is resolved to its digest; what is not there says so", async () => {
    const pinned = await pinImage(IMAGE, signal());
    expect(parseImage(pinned)).toEqual({ name: IMAGE, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(await pinImage(pinned, signal())).toBe(pinned);
    for (const image of ["127.0.0.1:5000/mariadb:no-such-tag", "127.0.0.1:5000/nothing:1", "127.0.0.1:5000/UPPER:1"])
      await expect(pinImage(image, signal()), image).rejects.toMatchObject({
        code: "image.not_found",
        retry: "permanent",
      });
  });

  test("a registry that does not answer is tried again", async () => {
    await expect(pinImage("127.0.0.1:1/nobody:1", signal())).rejects.toMatchObject({ retry: "retry" });
  });

  test("missing and present are told apart", async () => {
    const secret = { name: `${name}.secret`, value: Buffer.from("x"), labels: {} };
    expect(await findSecret(secret.name, signal())).toBeNull();
    await createSecret(secret, signal());
    const twice = await createSecret(secret, signal()).catch((error: unknown) => error);
    expect(alreadyExists(twice)).toBe(true);
    await removeSecret(secret.name, signal());
    await removeSecret(secret.name, signal());
    const gone = await startExec("no-such-container", sh("true"), signal()).catch((error: unknown) => error);
    expect(isNotFound(gone)).toBe(true);
  });

  test("the node behind DOCKER_HOST is one of the swarm's", async () => {
    const nodes = await listNodes(signal());
    expect(nodes.map((node) => node.ID)).toContain(await readOwnNodeId(signal()));
  });

  test("an engine that is away is unreachable, to be tried again", async () => {
    overrideConfig({ DOCKER_HOST: "unix:///no/such.sock" });
    await expect(listNodes(signal())).rejects.toMatchObject({ code: "docker.unreachable", retry: "retry" });
    overrideConfig(undefined);
  });
});
