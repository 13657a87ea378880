import { AppError } from "#lib/platform/errors.ts";
import { storeError } from "../object-store/errors.ts";

/** SFTP's own numbers; OpenSSH says "failure" for nearly everything else, a full disk among it. */
export const SFTP_STATUS = { missing: 2, forbidden: 3, failure: 4, noConnection: 6, connectionLost: 7, unsupported: 8 };

const readField = (error: unknown, name: "code" | "level"): unknown =>
  error instanceof Error && name in error ? (error as Error & Record<string, unknown>)[name] : undefined;

/** The SFTP status of an error, when the server gave one. */
export function statusOf(error: unknown): number | undefined {
  const code = readField(error, "code");
  return typeof code === "number" ? code : undefined;
}

/** Turns what ssh2 throws into an error with the right retry class. `what`: "store wiki/…". */
export function toSshError(error: unknown, what: string, stallMs: number): AppError {
  if (error instanceof AppError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const more = { detail, cause: error };
  const level = readField(error, "level");
  const code = readField(error, "code");
  if (/cannot parse privateKey|encrypted.*(private|passphrase)|unsupported key format/i.test(detail))
    return storeError.refused(what, "the private key cannot be read. It must be one without a passphrase.", more);
  if (level === "client-authentication")
    return storeError.refused(what, "the host does not take this key for this user.", more);
  if (level === "client-timeout" || /keepalive timeout/i.test(detail)) return storeError.stalled(what, stallMs, more);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return storeError.unreachable(what, "the host's name is not known.", more);
  if (code === "ECONNREFUSED") return storeError.unreachable(what, "nobody answers at that host and port.", more);
  if (/subsystem|unable to start sftp|channel open failure/i.test(detail))
    return storeError.refused(what, "the host offers no SFTP to this user.", more);
  if (level === "handshake" && /no matching/i.test(detail))
    return storeError.refused(what, "the host and the panel have no way to encrypt in common.", more);
  if (code === SFTP_STATUS.missing) return storeError.refused(what, "there is no such file or folder.", more);
  if (code === SFTP_STATUS.forbidden)
    return storeError.refused(what, "this user may not do that in the target's folder.", more);
  if (code === SFTP_STATUS.unsupported) return storeError.refused(what, "the host cannot do that.", more);
  if (code === SFTP_STATUS.failure) return storeError.failed(what, "the host does not say why.", more);
  return storeError.unreachable(what, "the line broke.", more);
}
