import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backupsRestore } from "../steps/restore.ts";
import { verifyPoint } from "../testing/proofs.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { askRestore, takePoint } from "./testing.ts";

const MEBIBYTE = 1_048_576;
/** As the image sets it. */
const LIMIT = String(16 * MEBIBYTE);
/** A dump writes each twice as long: more than the server takes by itself, and the larger one more than its dump does. */
const SIZES = [9 * MEBIBYTE, 26 * MEBIBYTE];

// MySQL's server takes four times as much, and a throw-away one has no memory for more.
describe("large rows of a MariaDB", () => {
  let world: BackupWorld;
  const readLimit = () => world.sql("SELECT @@GLOBAL.max_allowed_packet");
  beforeAll(async () => {
    world = await startBackupWorld("mariadb");
    expect(await readLimit()).toBe(LIMIT);
    await world.sql("CREATE TABLE scan (id INT PRIMARY KEY, pdf LONGBLOB)");
    await world.sql(`SET GLOBAL max_allowed_packet = ${64 * MEBIBYTE}`);
    await world.sql(SIZES.map((size, id) => `INSERT INTO scan SELECT ${id}, REPEAT('x', ${size});`).join("\n"));
    await world.sql(`SET GLOBAL max_allowed_packet = ${LIMIT}`);
  });
  afterAll(() => world?.close());

  test("are dumped, proven and restored, whatever the server takes of others", async () => {
    const backupId = await takePoint(world);
    expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "counts", stopped: null });
    const { destination, input, context } = await askRestore(world, backupId);
    await backupsRestore.apply(input, context().ctx);
    expect(await world.sql(`SELECT LENGTH(pdf) FROM \`${destination}\`.scan ORDER BY id`)).toBe(SIZES.join("\n"));
    expect(await readLimit()).toBe(LIMIT);
  });
});
