import { type Connection, type ConnectionConfig, createConnection } from "mariadb";
import { explainInsecure } from "./security.ts";

/** A connection beside the pools. What is wrong with TLS is said in the settings' own words, which the driver does not know. */
export async function connect(options: ConnectionConfig): Promise<Connection> {
  try {
    return await createConnection(options);
  } catch (error) {
    throw explainInsecure(error) ?? error;
  }
}
