import { z } from "zod";
import { setting } from "./define-setting.ts";

/** The panel's own database. */
export const DATABASE_SETTINGS = {
  DATABASE_URL: setting(
    z
      .string()
      .regex(/^(mysql|mariadb):\/\//, "must begin with mysql://")
      .regex(/^[^?]*(\?(?!.*(ssl|tls)).*)?$/i, "must say nothing of TLS: set DATABASE_TLS instead"),
    "Panel",
    "MySQL 8.4 or MariaDB 10.11 and newer.",
    { secret: true, example: "mysql://seaworthy:password@mysql:3306/seaworthy" },
  ),
  DATABASE_TLS: setting(
    z.enum(["off", "verify-ca", "verify-identity"]).default("off"),
    "Panel",
    "TLS to the database: `verify-identity` checks that its certificate is from a known authority and for the host in DATABASE_URL, `verify-ca` only that it is from a known authority.",
  ),
  DATABASE_TLS_CA_FILE: setting(
    z.string().default("/etc/ssl/certs/ca-certificates.crt"),
    "Panel",
    "PEM file with the authorities that may vouch for the database's certificate.",
  ),
  DATABASE_PUBLIC_KEY_FILE: setting(
    z.string().default(""),
    "Panel",
    "PEM file with a MySQL server's RSA key, which the password is sent with where there is no TLS; empty: the server is asked for it.",
  ),
  DATABASE_POOL_SIZE: setting(
    z.coerce.number().int().min(1).max(200).default(10),
    "Panel",
    "Database connections of one process.",
  ),
} as const;
