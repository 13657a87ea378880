import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import type { Look } from "../commands/note-verification.ts";
import type { VerificationLevel } from "../constants.ts";
import type { Manifest, Part } from "../schema/manifest.ts";
import type { SmokeCheck } from "../schema/policy.ts";
import type { BackupSource } from "../schema/source.ts";

/** One restore point to prove, and what is known of it. */
export interface ProofJob {
  backupId: string;
  /** Before compression; null: not known. */
  rawBytes: number | null;
  manifest: Manifest;
  store: ObjectStore;
  /** age identity; null: what is encrypted cannot be opened. */
  identity: string | null;
  /** Its policy's, as that is now; null: the policy is gone. */
  source: BackupSource | null;
  smoke: SmokeCheck | null;
  /** An earlier try did not fit into memory. */
  onDisk: boolean;
}

/** What was found good so far, in order. */
export class Findings {
  readonly looks: Look[] = [];
  rawBytes: number | null = null;
  /** Why it went no further than it did, in words; null: everything asked for was looked at. */
  stopped: string | null = null;

  good(level: VerificationLevel, summary: string, durationMs: number, details: Record<string, unknown> = {}): void {
    this.looks.push({ level, ok: true, summary, details, durationMs });
  }

  bad(level: VerificationLevel, summary: string, durationMs: number, details: Record<string, unknown> = {}): void {
    this.looks.push({ level, ok: false, summary, details, durationMs });
  }
}

export const findPart = ({ parts }: Manifest, name: string): Part | undefined =>
  parts.find((part) => part.name === name);
