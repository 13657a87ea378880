import { afterAll, describe, expect, test } from "vitest";
import { describeStore, inPieces, listAll, never } from "../object-store/testing/contract.ts";
import { checkAborts, checkThrowingBodies } from "../object-store/testing/faults.ts";
import { choosePartBytes } from "./put-object.ts";
import { openS3Store } from "./s3-store.ts";
import { openTestBucket, PART_BYTES } from "./testing/open-bucket.ts";

const bucket = await openTestBucket();
afterAll(() => bucket.close());
const open = async () => openS3Store(bucket.options);

describeStore("a bucket", open, PART_BYTES);

describe("a bucket that meets trouble", () => {
  test("a body that throws at any byte leaves no object and no unfinished upload", () =>
    checkThrowingBodies({ open, partBytes: PART_BYTES, seed: 51, times: 24 }));

  test("a put that is stopped at any byte leaves no object and no unfinished upload", () =>
    checkAborts({ open, partBytes: PART_BYTES, seed: 52, times: 24 }));

  test("keeps to its prefix", async () => {
    const [all, ours] = [openS3Store({ ...bucket.options, prefix: "" }), await open()];
    await all.put("of/panel-2/object", inPieces(Buffer.from("x"), 1), { signal: never() });
    await ours.put("object", inPieces(Buffer.from("y"), 1), { signal: never() });
    expect((await listAll(ours)).map(({ key }) => key)).not.toContain("-2/object");
    expect((await listAll(all)).map(({ key }) => key)).toContain("of/panel/object");
  });

  test("wrong keys, an unknown bucket and nobody at the address are said in words", async () => {
    const put = (other: Partial<typeof bucket.options>) =>
      openS3Store({ ...bucket.options, ...other }).put("a", inPieces(Buffer.from("x"), 1), { signal: never() });
    const refused = { code: "object_store.refused", retry: "needs_person" };
    await expect(put({ accessKeyId: "wrong" })).rejects.toMatchObject(refused);
    await expect(put({ bucket: "nobodys" })).rejects.toMatchObject(refused);
    await expect(put({ endpoint: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "object_store.unreachable",
      retry: "retry",
    });
  });

  test("parts are so large that ten thousand hold half again the estimate", () => {
    const mib = 1024 ** 2;
    expect(choosePartBytes(0)).toBe(16 * mib);
    expect(choosePartBytes(600 * mib)).toBe(5 * mib);
    expect(choosePartBytes(1024 ** 4) * 10_000).toBeGreaterThanOrEqual(1.5 * 1024 ** 4);
  });
});
