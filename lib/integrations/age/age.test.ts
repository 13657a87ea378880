import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inPieces, readAll } from "../object-store/testing/contract.ts";
import { createRandom } from "../object-store/testing/faults.ts";
import { decryptStream, encryptStream, findRecipient } from "./age.ts";

const folder = mkdtempSync(join(tmpdir(), "seaworthy-age-"));
const makeIdentity = (name: string): string => {
  execFileSync("age-keygen", ["-o", join(folder, name)], { stdio: "ignore" });
  return readFileSync(join(folder, name), "utf8");
};
const identity = makeIdentity("identity");
const other = makeIdentity("other");
const CHUNK = 64 * 1024;
const encrypt = async (data: Uint8Array, ...identities: string[]) =>
  readAll(encryptStream(inPieces(data, 10_007), await Promise.all(identities.map(findRecipient))));
const decrypt = (data: Uint8Array, by = identity) => readAll(decryptStream(inPieces(data, 9_973), by));

describe("age", () => {
  test("the age program opens what the panel encrypted, with each of its recipients", async () => {
    for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK]) {
      const data = randomBytes(size);
      writeFileSync(join(folder, "by-panel.age"), await encrypt(data, identity, other));
      for (const name of ["identity", "other"]) {
        const opened = execFileSync("age", ["-d", "-i", join(folder, name), join(folder, "by-panel.age")]);
        expect(opened.equals(data), `${size} bytes, ${name}`).toBe(true);
      }
    }
  });

  test("the panel opens what the age program encrypted", async () => {
    const recipient = await findRecipient(identity);
    for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK]) {
      const data = randomBytes(size);
      const sealed = execFileSync("age", ["-r", recipient], { input: data, maxBuffer: 1 << 24 });
      expect((await decrypt(sealed)).equals(data), `${size} bytes`).toBe(true);
    }
  });

  test("cut at any byte it never passes for whole", async () => {
    const random = createRandom(7);
    const sealed = await encrypt(randomBytes(3 * CHUNK + 11), identity);
    const payload = sealed.length - (3 * (CHUNK + 16) + 11 + 16);
    const edges = [1, 2, 3].map((chunks) => payload + chunks * (CHUNK + 16));
    for (const at of [...edges, 0, 1, payload, ...Array.from({ length: 30 }, () => random(sealed.length))])
      await expect(decrypt(sealed.subarray(0, at)), `cut at ${at}`).rejects.toMatchObject({ code: "age.damaged" });
  });

  test("a changed byte anywhere is found", async () => {
    const random = createRandom(8);
    const sealed = await encrypt(randomBytes(2 * CHUNK), identity);
    for (let i = 0; i < 20; i++) {
      const changed = Buffer.from(sealed);
      const at = random(changed.length);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(decrypt(changed), `changed at ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^age\.(damaged|wrong_identity)$/),
      });
    }
  });

  test("says which identity would be needed, and passes on what its source says", async () => {
    const sealed = await encrypt(Buffer.from("x"), identity);
    await expect(decrypt(sealed, other)).rejects.toMatchObject({ code: "age.wrong_identity", retry: "needs_person" });
    await expect(decrypt(sealed, "nonsense")).rejects.toMatchObject({ code: "age.bad_identity" });
    await expect(readAll(encryptStream(inPieces(sealed, 10), ["age1nonsense"]))).rejects.toMatchObject({
      code: "age.bad_recipient",
    });
    const broken = async function* () {
      yield sealed.subarray(0, 300);
      throw new Error("the line broke");
    };
    await expect(readAll(decryptStream(broken(), identity))).rejects.toThrow("the line broke");
    await expect(readAll(encryptStream(broken(), [await findRecipient(identity)]))).rejects.toThrow("the line broke");
  });

  test("takes no more from its source than is wanted of it", async () => {
    let given = 0;
    const endless = async function* () {
      for (;;) {
        given += CHUNK;
        yield randomBytes(CHUNK);
      }
    };
    let taken = 0;
    for await (const piece of encryptStream(endless(), [await findRecipient(identity)])) {
      taken += piece.length;
      expect(given - taken).toBeLessThan(8 * CHUNK);
      if (taken > 100 * CHUNK) break;
    }
  });
});
