import { db } from "../client.ts";

/** Rows MariaDB touched for this work: what grows when an index is missing, whatever else the machine does. */
export async function countRowsRead(work: () => Promise<unknown>): Promise<number> {
  const read = async () => {
    const rows = await db().$queryRaw<
      { Variable_name: string; Value: string }[]
    >`SHOW SESSION STATUS LIKE 'Handler_read%'`;
    return rows.reduce((sum, row) => sum + Number(row.Value), 0);
  };
  const before = await read();
  await work();
  return (await read()) - before;
}
