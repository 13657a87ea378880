import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { S3Place } from "./client.ts";
import { isMissing } from "./errors.ts";

/** What an object says of who put it, so that after a lost answer ours can be told from another's. */
export const MARK = "seaworthy-upload";

export interface At {
  Bucket: string;
  Key: string;
}

export interface Found {
  sizeBytes: number;
  mark: string | undefined;
  /** Of a bucket that keeps versions. */
  versionId: string | undefined;
  /** Object Lock in compliance mode, until then. */
  lockedUntil: Date | undefined;
}

/** What is under a key now; null when nothing is, or only a mark that it was deleted. */
export async function findObject(place: S3Place, at: At, signal: AbortSignal): Promise<Found | null> {
  try {
    const head = await place.client.send(new HeadObjectCommand(at), { abortSignal: signal });
    return {
      sizeBytes: head.ContentLength ?? 0,
      mark: head.Metadata?.[MARK],
      versionId: head.VersionId,
      lockedUntil: head.ObjectLockMode === "COMPLIANCE" ? head.ObjectLockRetainUntilDate : undefined,
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
