import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { withSmallDisk } from "../disk/testing/small-disk.ts";
import { startChaosLine } from "../object-store/testing/chaos-line.ts";
import { describeStore, inPieces, listAll, never, readAll } from "../object-store/testing/contract.ts";
import { checkAborts, checkPut, checkThrowingBodies, createRandom } from "../object-store/testing/faults.ts";
import { openSshStore } from "./ssh-store.ts";
import { openTestHost } from "./testing/open-host.ts";

const host = await openTestHost();
const line = await startChaosLine(host.options);
afterAll(async () => {
  await line.close();
  await host.close();
});

const PART_BYTES = 100_000;
const TROUBLE = /^object_store\.(unreachable|stalled|failed)$/;
const later = () => new Date(Date.now() + 60_000);
const open = async () => openSshStore(host.options);
const openThrough = () => openSshStore({ ...host.options, port: line.port, stallMs: 400 });
const put = (store: ReturnType<typeof openSshStore>, key = randomUUID()) =>
  store.put(key, inPieces(Buffer.from("x"), 1), { signal: never() });

describeStore("a folder on another host", open, { partBytes: PART_BYTES });

describe("a host reached by SSH", () => {
  test("is refused when its key is another than the target names", async () => {
    const store = openSshStore({ ...host.options, hostKey: `SHA256:${"A".repeat(43)}` });
    await expect(put(store)).rejects.toMatchObject({
      code: "object_store.refused",
      retry: "needs_person",
      message: expect.stringContaining(`its host key is ${host.options.hostKey}`),
    });
  });

  test("a wrong key, a key that is none, an unknown user and nobody at the port are said in words", async () => {
    const key = join(host.options.folder, "..", `other-${randomUUID()}`);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const other = execFileSync("cat", [key], { encoding: "utf8" });
    const refused = { code: "object_store.refused", retry: "needs_person" };
    await expect(put(openSshStore({ ...host.options, privateKey: other }))).rejects.toMatchObject(refused);
    await expect(put(openSshStore({ ...host.options, privateKey: "none" }))).rejects.toMatchObject(refused);
    await expect(put(openSshStore({ ...host.options, user: "nobody-here" }))).rejects.toMatchObject(refused);
    await expect(put(openSshStore({ ...host.options, port: 1 }))).rejects.toMatchObject({
      code: "object_store.unreachable",
      retry: "retry",
    });
  });

  test("a folder that is not there is a disk that is not mounted", async () => {
    const store = openSshStore({ ...host.options, folder: "/nowhere/at/all" });
    await expect(put(store)).rejects.toMatchObject({
      code: "object_store.unreachable",
      message: expect.stringContaining("mounted"),
    });
  });

  test("a body that throws at any byte leaves nothing", () =>
    checkThrowingBodies({ open, partBytes: PART_BYTES, seed: 71, times: 24 }));

  test("a put that is stopped at any byte leaves nothing", () =>
    checkAborts({ open, partBytes: PART_BYTES, seed: 72, times: 24 }));

  test("a disk that is full at any byte leaves nothing, and says that there is no room", async () => {
    const random = createRandom(73);
    await withSmallDisk("512k", async (folder) => {
      const store = openSshStore({ ...host.options, folder });
      for (let i = 0; i < 20; i++) {
        const filler = join(folder, "filler");
        writeFileSync(filler, randomBytes(4096 * random(100)));
        const body = inPieces(randomBytes(513 * 1024), 1_000 + random(90_000));
        await expect(store.put(`deep/${i}/object`, body, { signal: never() }), `round ${i}`).rejects.toMatchObject({
          code: "object_store.full",
          retry: "needs_person",
        });
        expect(await listAll(store, "deep")).toEqual([]);
        expect(readdirSync(folder)).toEqual(["filler"]);
        rmSync(filler);
      }
      await store.close();
    });
  });

  test("sweeps what a killed writer left", async () => {
    const folder = join(host.options.folder, `swept-${randomUUID()}`, "deep");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, ".partial-object-1"), "half");
    const store = await open();
    expect(await store.sweep(new Date(Date.now() - 3_600_000), never())).toBe(0);
    expect(await store.sweep(later(), never())).toBe(1);
    expect(readdirSync(host.options.folder)).not.toContain(folder.split("/").at(-2));
    await store.close();
  });
});

describe("a host behind a bad line", () => {
  const rounds = async (name: string, seed: number, make: (random: (below: number) => number) => void) => {
    const beside = await open();
    const random = createRandom(seed);
    const folder = `${name}-${randomUUID()}`;
    for (let i = 0; i < 20; i++) {
      const through = openThrough();
      const data = randomBytes(1 + random(4 * PART_BYTES));
      const why = `${name}, seed ${seed}, round ${i}, ${data.length} bytes`;
      const fault = () => make(random);
      await checkPut({ through, beside, key: `${folder}/${i}`, data, codes: TROUBLE, why }, fault, random(data.length));
      line.mend();
      await through.close();
    }
    await beside.sweep(later(), never());
    expect(await beside.sweep(later(), never())).toBe(0);
    await beside.close();
  };

  test.each(["up", "down"] as const)("cut once at any byte on the way %s", (direction) =>
    rounds(`cut-${direction}`, 81, (random) =>
      line.make({ direction, act: "cut", times: 1, after: random(direction === "up" ? 3 * PART_BYTES : 1_200) }),
    ),
  );

  test.each(["up", "down"] as const)("hangs at any byte on the way %s: given up in time", (direction) =>
    rounds(`hang-${direction}`, 82, (random) =>
      line.make({ direction, act: "hang", times: 1, after: random(direction === "up" ? 3 * PART_BYTES : 1_200) }),
    ),
  );

  test("gone for good: an error in time, and nothing that a sweep does not take", async () => {
    const beside = await open();
    const random = createRandom(83);
    const folder = `gone-${randomUUID()}`;
    for (let i = 0; i < 20; i++) {
      const through = openThrough();
      const data = randomBytes(PART_BYTES + random(3 * PART_BYTES));
      const body = async function* () {
        yield* inPieces(data.subarray(0, 50_000), 5_000);
        line.make({ direction: random(2) ? "up" : "down", act: "cut", times: Infinity, after: random(300) });
        yield* inPieces(data.subarray(50_000), 5_000);
      };
      await expect(through.put(`${folder}/${i}`, body(), { signal: never() }), `round ${i}`).rejects.toMatchObject({
        code: expect.stringMatching(TROUBLE),
        retry: "retry",
      });
      line.mend();
      await through.close();
    }
    expect(await listAll(beside, folder)).toEqual([]);
    await beside.sweep(later(), never());
    expect(await beside.sweep(later(), never())).toBe(0);
    await beside.close();
  });

  test("a read that breaks or hangs is an error, never a shorter object", async () => {
    const beside = await open();
    const data = randomBytes(900_000);
    const key = `read-${randomUUID()}`;
    await beside.put(key, inPieces(data, 50_000), { signal: never() });
    const random = createRandom(84);
    for (let i = 0; i < 20; i++) {
      const through = openThrough();
      line.make({ direction: "down", act: i % 4 ? "cut" : "hang", times: 1, after: random(880_000) });
      await expect(readAll(through.get(key, never())), `round ${i}`).rejects.toMatchObject({
        code: expect.stringMatching(TROUBLE),
      });
      line.mend();
      await through.close();
    }
    await beside.close();
  });
});
