import { createHash } from "node:crypto";
import { readChunks } from "#lib/integrations/disk/files.ts";

export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(path, signal)) hash.update(chunk);
  return hash.digest("hex");
}
