import type { Compression } from "../constants.ts";
import type { FormatName } from "./formats.ts";

/** Where one restore point's objects go: <service>/<environment>/<policy>/<time>-<id>. No service has a name with `_`. */
export function choosePointKey(
  scope: { service: string | null; environment: string; policy: string },
  id: string,
  at: Date,
): string {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return [scope.service ?? "_panel", scope.environment, scope.policy, `${time}-${id.slice(0, 8)}`].join("/");
}

export const manifestKey = (key: string) => `${key}/manifest.json`;

const ENDINGS: Record<FormatName, string> = {
  sql: "sql",
  globals: "sql",
  custom: "dump",
  archive: "archive",
  rdb: "rdb",
  tar: "tar",
  list: "sha256",
  keys: "json",
};
const COMPRESSION_ENDINGS: Record<Compression, string> = { zstd: ".zst", gzip: ".gz", lrzip: ".lrz", none: "" };

/** `database.sql.zst.age`: what was done to it last is its last ending, so that anybody knows how to undo it. */
export const partKey = (
  key: string,
  part: { name: string; format: FormatName; compression: Compression; encrypted: boolean },
): string =>
  `${key}/${part.name}.${ENDINGS[part.format]}${COMPRESSION_ENDINGS[part.compression]}${part.encrypted ? ".age" : ""}`;

/** What a part was compressed with, as its name says. */
export function compressionOf(key: string): Compression {
  const plain = key.endsWith(".age") ? key.slice(0, -".age".length) : key;
  const found = Object.entries(COMPRESSION_ENDINGS).find(([, ending]) => ending !== "" && plain.endsWith(ending));
  return found ? (found[0] as Compression) : "none";
}
