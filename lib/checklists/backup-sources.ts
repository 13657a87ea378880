import type { BackupSource } from "#lib/backups/schema/source.ts";
import type { ProvisionContext } from "./types.ts";

export interface NamedSource {
  /** Name of the policy that provisioning makes for it. */
  name: "database" | "files";
  source: BackupSource;
}

/** What a service keeps, as its answers say: its database in the swarm and its folder. */
export function sourcesOf({ answers, names }: Pick<ProvisionContext, "answers" | "names">): NamedSource[] {
  const { database, filesFolder } = answers.data;
  const sources: NamedSource[] = [];
  // What a NixOS module runs is outside the swarm, where the panel cannot reach it.
  if (database !== "none" && answers.placement.method !== "nixos")
    sources.push({
      name: "database",
      source: {
        kind: database,
        stackName: names.stackName,
        swarmService: names.databaseService,
        databaseName: names.databaseName,
        userName: names.databaseUser,
        passwordSecret: names.databasePassword,
        rootPasswordSecret: database === "postgresql" ? null : names.databaseRootPassword,
      },
    });
  if (filesFolder) sources.push({ name: "files", source: { kind: "files", path: names.folder, exclude: [] } });
  return sources;
}
