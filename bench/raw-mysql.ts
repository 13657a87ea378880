import { config } from "#lib/platform/config/config.ts";
import { createSqlPool } from "#lib/platform/db/sql.ts";
import { perSecond } from "./measure.ts";

const COMMITS = 10_000;
const CONNECTIONS = 10;

/** One-row commits a second over ten connections. */
export async function measureRawMySql(): Promise<number> {
  const pool = createSqlPool(config().DATABASE_URL, CONNECTIONS);
  await pool.query("CREATE TABLE bench_commit (id INT AUTO_INCREMENT PRIMARY KEY, n INT NOT NULL)");
  const rate = await perSecond(COMMITS, () =>
    Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        for (let i = 0; i < COMMITS / CONNECTIONS; i++)
          await pool.query("INSERT INTO bench_commit (n) VALUES (?)", [i]);
      }),
    ),
  );
  await pool.query("DROP TABLE bench_commit");
  await pool.end();
  return rate;
}
