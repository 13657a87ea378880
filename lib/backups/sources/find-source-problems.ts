import { dirname } from "node:path";
import type { Naming } from "#lib/services/naming.ts";
import type { BackupSource } from "../schema/source.ts";
import { fieldOf } from "./field-of.ts";

interface Trust {
  /** May read any service's data anyway. */
  trusted: boolean;
  /** Also folders that are no service's. */
  anywhere: boolean;
}

/**
 * What of a source is not the service's own, beside the fields: with a policy one can read whatever it names, by restoring
 * it. Secrets of another service are for nobody, nor is what belongs to another of the service's environments (`others`): what may
 * leave production, and what is asked before it is replaced, goes by the policy's. Folders that are no service's (the host's own,
 * with the panel's keys among them) are for administrators.
 */
export function findSourceProblems(
  source: BackupSource,
  names: Naming | null,
  others: readonly Naming[],
  { trusted, anywhere }: Trust,
): Record<string, string> {
  const problems: Record<string, string> = {};
  const refuse = (field: string, message: string) => {
    problems[`source.${field}`] = message;
  };
  if (source.kind === "panel") {
    if (names) refuse("kind", "The panel's own data belongs to no service.");
    return problems;
  }
  for (const field of ["passwordSecret", "rootPasswordSecret"] as const) {
    const secret = field in source ? (source as Record<string, unknown>)[field] : null;
    if (typeof secret === "string" && !(names && secret.startsWith(`services.${names.serviceName}.`)))
      refuse(
        field,
        names ? `Use one of its own secrets: services.${names.serviceName}.….` : "There is no such secret.",
      );
  }
  if (!anywhere && source.kind === "files" && names && !source.path.startsWith(`${dirname(names.folder)}/`))
    refuse("path", `Only an administrator backs up a folder that is not below ${dirname(names.folder)}.`);
  for (const other of others) {
    const field = fieldOf(source, other);
    if (field) refuse(field, `This is ${other.environment}'s: choose that environment.`);
  }
  if (trusted) return problems;
  if (!names) refuse("kind", "Only administrators back up what belongs to no service.");
  else if (source.kind === "files") {
    if (source.path.replace(/\/+$/, "") !== names.folder)
      refuse("path", `Use the service's own folder, ${names.folder}.`);
  } else if (source.kind === "volume") {
    if (!source.volumeName.startsWith(`${names.stackName}_`))
      refuse("volumeName", `Use a volume of its stack: ${names.stackName}_….`);
  } else {
    if (source.stackName !== names.stackName) refuse("stackName", `Use its own stack, ${names.stackName}.`);
    if (!source.swarmService.startsWith(`${names.stackName}_`))
      refuse("swarmService", `Use a service of its stack: ${names.stackName}_….`);
  }
  return problems;
}
