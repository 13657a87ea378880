import type { WriteInput } from "../schema.ts";
import { renderNixModule } from "./nix-module.ts";
import { readStack } from "./read-stack.ts";
import { renderStackFile } from "./stack-file.ts";

/** The text a file is to have. */
export async function renderFile({ file }: WriteInput, signal: AbortSignal): Promise<string> {
  if (file.kind === "nix") return renderNixModule(file.module);
  return renderStackFile({ ...file, specs: await readStack(file.stackName, file.stack, signal) });
}
