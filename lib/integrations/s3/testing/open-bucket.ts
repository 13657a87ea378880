import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Upload } from "@aws-sdk/lib-storage";
import { startS3 } from "#local/s3/server.ts";
import type { S3StoreOptions } from "../client.ts";

export const PART_BYTES = 48 * 1024;

/** A bucket of the test's own on s3rver, and parts so small that a few kilobytes have several. */
export async function openTestBucket(): Promise<{ options: S3StoreOptions; close(): Promise<void> }> {
  // The library refuses what Amazon would refuse; the server here takes parts of any size.
  Object.assign(Upload, { MIN_PART_SIZE: 1 });
  const server = await startS3({
    port: 0,
    directory: mkdtempSync(join(tmpdir(), "seaworthy-s3-")),
    bucket: "backups",
    accessKeyId: "AKIATEST",
    secretAccessKey: "secret",
  });
  return {
    options: {
      endpoint: server.endpoint,
      region: "us-east-1",
      bucket: "backups",
      prefix: "of/panel",
      accessKeyId: "AKIATEST",
      secretAccessKey: "secret",
      pathStyle: true,
      checksums: false,
      conditionalWrites: true,
      stallMs: 3_000,
      partBytes: PART_BYTES,
    },
    close: server.close,
  };
}
