import type { Group } from "./types.ts";

export const FILE_CHOICES = ["archive", "delete", "keep"] as const;
export const DATA_CHOICES = ["delete", "keep"] as const;
/** unproven: taken, and proven as far as that can be done here. */
export const BACKUP_CHOICES = ["take", "unproven", "skip"] as const;

/** Kind in the ledger of a folder that was packed before it went. */
export const ARCHIVE = "folder.archive";
/** Below SERVICES_ROOT: where archives lie. */
export const ARCHIVE_FOLDER = ".archive";
/** Kind of a stored backup; what becomes of those is a choice of its own. */
export const POINT = "backup.point";

/** Kinds of the ledger that go together. What is in none of them is taken away first, while everything else still runs. */
export const GROUP_KINDS: Readonly<Record<Exclude<Group, "other">, readonly string[]>> = {
  route: ["ingress.route", "ingress.certificate"],
  stack: ["swarm.service", "swarm.network"],
  volume: ["swarm.volume"],
  folder: ["folder"],
  certificate: ["certificate", "dns.challenge"],
  record: ["dns.record"],
  secret: ["swarm.secret", "panel.secret", "bitwarden.secret"],
  monitor: ["monitor"],
};

/** Not taken away by the ledger: backups, archives, and what the step that looks after it takes away itself. */
export const NOT_TAKEN: readonly string[] = [POINT, ARCHIVE, "repository.file"];

/** The mode and the key of its run. */
export const CHECKLIST_KEY = "decommission";
