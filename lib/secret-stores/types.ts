import type { z } from "zod";
import type { rotatedSecret, secretRow, serviceSecrets } from "./schema/views.ts";

/** A value as a store is given it. */
interface StoredValue {
  /** "services.pad-notes.db_pass". */
  name: string;
  version: number;
  value: Buffer;
  serviceName: string;
}

/** What a store holds of a secret: never its value. */
export interface StoreEntry {
  name: string;
  version: number;
  /** What the store calls it. */
  externalId: string;
}

/** A place outside the panel that hands secrets to whoever runs with them. Every verb may be repeated. */
export interface SecretStore {
  readonly kind: "swarm" | "bitwarden";
  /** A store that keeps one value a name replaces it; one that keeps versions adds another. */
  put(secret: StoredValue, signal: AbortSignal): Promise<{ externalId: string }>;
  /** The value it holds; null: there is none. Not every store gives values back. */
  read?(name: string, signal: AbortSignal): Promise<Buffer | null>;
  remove(externalId: string, signal: AbortSignal): Promise<void>;
  list(serviceName: string, signal: AbortSignal): Promise<StoreEntry[]>;
}

export type SecretRow = z.output<typeof secretRow>;
export type ServiceSecrets = z.output<typeof serviceSecrets>;
export type RotatedSecret = z.output<typeof rotatedSecret>;
