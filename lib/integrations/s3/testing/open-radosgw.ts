import { randomUUID } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { startRadosgw } from "#local/servers/radosgw.ts";
import type { S3StoreOptions } from "../client.ts";
import { PART_BYTES } from "./open-bucket.ts";

/** So many objects fit into an answer. */
export const PAGE_KEYS = 7;

export interface TestRadosgw {
  /** A new bucket. With `objectLock` it keeps versions and can lock them. */
  openBucket(more?: { objectLock?: boolean }): Promise<S3StoreOptions>;
  /** For what the store never does itself. */
  client: S3Client;
  close(): Promise<void>;
}

/** Ceph's S3 server, of the test's own. */
export async function openRadosgw(): Promise<TestRadosgw> {
  Object.assign(Upload, { MIN_PART_SIZE: 1 });
  const account = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
  const server = await startRadosgw(account);
  const place = { endpoint: server.endpoint, region: "us-east-1" };
  const client = new S3Client({
    ...place,
    forcePathStyle: true,
    // A copy: the client writes into what it is given.
    credentials: { ...account },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return {
    client,
    openBucket: async ({ objectLock = false } = {}) => {
      const bucket = `backups-${randomUUID()}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: objectLock }));
      return {
        ...{ ...place, ...account, bucket, prefix: "of/panel", pathStyle: true },
        ...{ checksums: false, conditionalWrites: true, stallMs: 3_000, partBytes: PART_BYTES, pageKeys: PAGE_KEYS },
      };
    },
    close: async () => {
      client.destroy();
      await server.stop();
    },
  };
}
