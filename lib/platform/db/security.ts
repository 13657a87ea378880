import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { config } from "../config/config.ts";

/** How a connection to the panel's database is protected, for the driver and for the database's own programs. */
export interface Security {
  tls?: { verifies: "ca" | "identity"; caFile: string };
  /** A MySQL server's key, which the password is sent with where there is no TLS. */
  publicKeyFile?: string;
}

/** What the settings ask for. */
export function readSecurity(): Security {
  const { DATABASE_TLS: mode, DATABASE_TLS_CA_FILE: caFile, DATABASE_PUBLIC_KEY_FILE: publicKeyFile } = config();
  return {
    ...(mode === "off" ? {} : { tls: { verifies: mode === "verify-ca" ? "ca" : "identity", caFile } }),
    ...(publicKeyFile ? { publicKeyFile } : {}),
  };
}

function readPem(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${name} (${file}) cannot be read.`, { cause: error });
  }
}

/** The same as options of the driver, for a server of this name. */
export function secureOptions({ tls, publicKeyFile }: Security, host: string) {
  return {
    ...(tls
      ? {
          ssl: {
            ca: readPem("DATABASE_TLS_CA_FILE", tls.caFile),
            // Node asks for the name in the certificate, and takes another for granted where it is told none.
            ...(isIP(host) ? { host } : { servername: host }),
            ...(tls.verifies === "ca" ? { checkServerIdentity: () => undefined } : {}),
          },
        }
      : {}),
    // MySQL's own way of signing in, caching_sha2_password, asks for the server's key where the connection is not TLS.
    ...(publicKeyFile
      ? { cachingRsaPublicKey: readPem("DATABASE_PUBLIC_KEY_FILE", publicKeyFile) }
      : { allowPublicKeyRetrieval: true }),
  };
}

const REASONS: readonly [RegExp, string][] = [
  [
    /insecure transport/i,
    "The database takes connections over TLS only. Set DATABASE_TLS to verify-identity, and DATABASE_TLS_CA_FILE to the authority of its certificate.",
  ],
  [
    /ssl not enabled in the server|ER_SERVER_SSL_DISABLED/i,
    "DATABASE_TLS asks for TLS and the database's server has none. Turn it on there, or set DATABASE_TLS to off.",
  ],
  [
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|certificate (has expired|is not yet valid)/i,
    "The certificate of the database's server has expired, or is not valid yet. Renew it there.",
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID|altnames|does not match certificate|certificate identify error/i,
    "The certificate of the database's server is for another name than the host in DATABASE_URL. Use a name that it is for, or set DATABASE_TLS to verify-ca where its authority vouches for this server only.",
  ],
  [
    /SELF_SIGNED|UNABLE_TO_|CERT_|self[- ]signed certificate|unable to (verify|get)|certificate (chain|verify)/i,
    "No authority in DATABASE_TLS_CA_FILE vouches for the certificate of the database's server. Put the PEM of its authority there.",
  ],
];

interface Said {
  code?: unknown;
  message?: unknown;
  cause?: unknown;
  /** Where Prisma keeps what its driver said. */
  meta?: { driverAdapterError?: unknown };
}

/** All that was said, down to the first reason. */
function* words(error: unknown): Generator<string> {
  if (typeof error === "string") yield error;
  if (typeof error !== "object" || error === null) return;
  const { code, message, cause, meta }: Said = error;
  yield `${code} ${message}`;
  yield* words(meta?.driverAdapterError);
  yield* words(cause);
}

/** What is wrong with how the connection is protected and what to do about it; undefined: that is not what is wrong. */
export function explainInsecure(error: unknown): Error | undefined {
  const said = [...words(error)].join("\n");
  const reason = REASONS.find(([signs]) => signs.test(said))?.[1];
  return reason === undefined ? undefined : new Error(reason, { cause: error });
}
