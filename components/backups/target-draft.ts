import type { TargetKind } from "#lib/backups/constants.ts";
import type { TargetConfig } from "#lib/backups/schema/target.ts";
import type { TargetView } from "#lib/backups/types.ts";
import { readWhole } from "./find-problems.ts";

/** A target as it is typed: the fields of every kind, of which each kind uses its own. */
export interface TargetDraft {
  name: string;
  kind: TargetKind;
  /** Never filled in from what is kept. */
  secret: string;
  folder: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  accessKeyId: string;
  pathStyle: boolean;
  checksums: boolean;
  conditionalWrites: boolean;
  host: string;
  port: string;
  user: string;
  hostKey: string;
}

/** Where a kind of S3 is reached. `<region>` in the endpoint is the region that is typed. */
export interface S3Preset {
  id: string;
  label: string;
  endpoint: string;
  region: string;
  pathStyle: boolean;
  /** Known for certain of Amazon's only; elsewhere off, which always works. */
  checksums: boolean;
  conditionalWrites: boolean;
}

const COMPATIBLE = { checksums: false, conditionalWrites: false };
export const S3_PRESETS: readonly S3Preset[] = [
  {
    ...{ id: "aws", label: "Amazon S3", endpoint: "", region: "eu-central-1", pathStyle: false },
    ...{ checksums: true, conditionalWrites: true },
  },
  {
    ...{ id: "minio", label: "MinIO", endpoint: "https://minio.example.org", region: "us-east-1", pathStyle: true },
    ...COMPATIBLE,
  },
  {
    ...{ id: "backblaze", label: "Backblaze B2", endpoint: "https://s3.<region>.backblazeb2.com" },
    ...{ region: "eu-central-003", pathStyle: false, ...COMPATIBLE },
  },
  {
    ...{ id: "hetzner", label: "Hetzner", endpoint: "https://<region>.your-objectstorage.com" },
    ...{ region: "fsn1", pathStyle: false, ...COMPATIBLE },
  },
  {
    ...{ id: "other", label: "Another", endpoint: "https://", region: "us-east-1", pathStyle: true },
    ...COMPATIBLE,
  },
];

/** The fields of a preset, for the form. */
export const presetFields = ({ endpoint, region, pathStyle, checksums, conditionalWrites }: S3Preset) => ({
  endpoint: endpoint.replace("<region>", region),
  region,
  pathStyle,
  checksums,
  conditionalWrites,
});

export const blankTarget = (): TargetDraft => ({
  ...{ name: "", kind: "s3", secret: "", folder: "", bucket: "", prefix: "", accessKeyId: "" },
  ...{ endpoint: "", region: "eu-central-1", pathStyle: false, checksums: true, conditionalWrites: true },
  ...{ host: "", port: "22", user: "", hostKey: "" },
});

export function targetDraftOf({ name, config }: TargetView): TargetDraft {
  const texts = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "boolean" ? value : String(value ?? ""),
  ]);
  return { ...blankTarget(), ...Object.fromEntries(texts), name };
}

function configOf(draft: TargetDraft): TargetConfig {
  switch (draft.kind) {
    case "disk":
      return { kind: "disk", folder: draft.folder.trim() || null };
    case "s3":
      return {
        kind: "s3",
        endpoint: draft.endpoint.trim() || null,
        region: draft.region.trim(),
        bucket: draft.bucket.trim(),
        prefix: draft.prefix.trim(),
        accessKeyId: draft.accessKeyId.trim(),
        pathStyle: draft.pathStyle,
        checksums: draft.checksums,
        conditionalWrites: draft.conditionalWrites,
      };
    case "ssh":
      return {
        kind: "ssh",
        host: draft.host.trim(),
        port: readWhole(draft.port),
        user: draft.user.trim(),
        folder: draft.folder.trim(),
        hostKey: draft.hostKey.trim(),
      };
  }
}

/** The same as the server takes it. A private key ends with a line end, which pasting loses. */
export function targetOf(draft: TargetDraft) {
  const secret = draft.kind === "ssh" ? draft.secret.trim() && `${draft.secret.trim()}\n` : draft.secret.trim();
  return {
    name: draft.name.trim(),
    config: configOf(draft),
    secret: draft.kind === "disk" ? null : secret || null,
  };
}
