import { panelOptions } from "../client.ts";
import { connect } from "../connect.ts";

/** Signs in as the settings say, into no database; what the connection is encrypted with, empty: it is not. */
export async function readCipher(): Promise<string | undefined> {
  const { database: _, ...options } = panelOptions(1);
  const connection = await connect(options);
  const [row] = await connection.query<{ Value: string }[]>("SHOW STATUS LIKE 'Ssl_cipher'");
  await connection.end();
  return row?.Value;
}
