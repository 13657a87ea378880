import { S3Client } from "@aws-sdk/client-s3";
import { addContentMd5 } from "./content-md5.ts";

export interface S3StoreOptions {
  /** null: Amazon's own. */
  endpoint: string | null;
  region: string;
  bucket: string;
  /** Folder in the bucket that everything is below; "": none. */
  prefix: string;
  accessKeyId: string;
  secretAccessKey: string;
  pathStyle: boolean;
  /** Off for servers that know no checksum headers. */
  checksums: boolean;
  /** The server refuses to overwrite when it is asked to. */
  conditionalWrites: boolean;
  /** How long the server may take and give nothing. */
  stallMs: number;
  /** Least size of a part; 16 MiB. Tests have smaller ones. */
  partBytes?: number;
  /** Most objects that one request lists or removes; what every server allows. Tests have fewer. */
  pageKeys?: number;
}

/** What the functions of this folder share: one client, one bucket, and where in it. */
export interface S3Place {
  client: S3Client;
  options: S3StoreOptions;
  /** A key as the bucket knows it. */
  nameOf(key: string): string;
}

const ATTEMPTS = 3;

export function openPlace(options: S3StoreOptions): S3Place {
  const checksums = options.checksums ? "WHEN_SUPPORTED" : "WHEN_REQUIRED";
  const client = new S3Client({
    region: options.region,
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    forcePathStyle: options.pathStyle,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    maxAttempts: ATTEMPTS,
    // A socket on which nothing moves is given up, and the next try has one of its own: all together not longer than asked.
    requestHandler: {
      connectionTimeout: Math.min(10_000, options.stallMs),
      socketTimeout: Math.max(1, Math.floor(options.stallMs / ATTEMPTS)),
      httpAgent: { keepAlive: true, maxSockets: 16 },
      httpsAgent: { keepAlive: true, maxSockets: 16 },
    },
  });
  // Servers that know no checksums want the older way to say that a list of keys arrived unharmed.
  if (!options.checksums) addContentMd5(client);
  return {
    client,
    options,
    nameOf: (key) => (options.prefix === "" ? key : `${options.prefix}/${key}`),
  };
}
