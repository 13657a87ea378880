import { z } from "zod";
import { folderPath } from "./source.ts";

const prefix = z
  .string()
  .max(100)
  .regex(/^([A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*)?$/, "Use folder names without a slash at either end.");

/** Everything of a target but its secrets. */
export const targetConfigSchema = z.discriminatedUnion("kind", [
  /** null: BACKUPS_ROOT, of the target every panel has. */
  z.strictObject({ kind: z.literal("disk"), folder: folderPath.nullable() }),
  z.strictObject({
    kind: z.literal("s3"),
    /** null: Amazon's own. */
    endpoint: z
      .url({ protocol: /^https?$/, error: "Give an address such as https://s3.example.org." })
      .max(200)
      .nullable(),
    region: z.string().regex(/^[a-z0-9-]{1,40}$/, "Give a region such as eu-central-1."),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "This is not a bucket's name."),
    prefix,
    accessKeyId: z.string().min(1, "Give the access key's id.").max(128),
    pathStyle: z.boolean(),
    /** Off for servers that know no checksum headers. */
    checksums: z.boolean(),
    /** Asks the server to refuse to overwrite (`If-None-Match`); off for servers that do not know it. */
    conditionalWrites: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("ssh"),
    host: z
      .string()
      .min(1, "Give a host.")
      .max(253)
      .regex(/^[A-Za-z0-9.:_-]+$/, "Give a host name or an address."),
    port: z.number().int().min(1).max(65_535),
    user: z.string().regex(/^[a-z_][a-z0-9_.-]{0,31}$/i, "Give a user's name."),
    folder: folderPath,
    /** `SHA256:…` as ssh-keyscan | ssh-keygen -lf prints it; the connection is refused when it is another. */
    hostKey: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "Give the host key's SHA256 fingerprint."),
  }),
]);
export type TargetConfig = z.output<typeof targetConfigSchema>;

/** The one secret of a target: S3's secret access key or an SSH private key. null on edit: as it was. */
export const targetInputSchema = z.object({
  name: z.string().trim().min(1, "Give it a name.").max(60),
  config: targetConfigSchema,
  secret: z.string().min(1).max(20_000).nullable(),
});
export type TargetInput = z.output<typeof targetInputSchema>;
