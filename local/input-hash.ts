import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A hash over the content of files and folders, to tell whether something must be made again. */
export function hashInputs(root: string, names: string[]): string {
  const hash = createHash("sha256");
  for (const name of names)
    for (const file of listFiles(root, name))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update("\0");
  return hash.digest("hex");
}

function listFiles(root: string, name: string): string[] {
  const path = join(root, name);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [name];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((entry) => !/(^|\/)generated\/|\.test\.tsx?$/.test(entry))
    .map((entry) => join(name, entry))
    .filter((entry) => statSync(join(root, entry)).isFile())
    .sort();
}

/** Makes something only when its inputs are not those it was last made of. Returns whether it was made. */
export async function makeIfChanged(stampFile: string, inputs: string, make: () => Promise<void>): Promise<boolean> {
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === inputs) return false;
  await make();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, inputs);
  return true;
}
