import { type ChecklistItem, defineChecklist } from "./define-checklist.ts";
import type { NewProjectRun } from "./new-project.ts";

type Item = ChecklistItem<NewProjectRun>;

const manual = (
  key: string,
  about: string,
  evidence: "note" | "link" | "file",
  instructions: string,
  dependsOn: readonly string[] = [],
): Item => ({
  ...{ key, step: "manual", about, evidence, dependsOn, role: "admin" as const },
  ...{ estimateMinutes: 15, dueDays: 7, title: () => about, instructions: () => instructions },
});

/** What a host needs before services run on it. The panel has no account there until it is one of the swarm's nodes. */
export const NEW_HOST = defineChecklist<NewProjectRun>({
  key: "new-host",
  version: 1,
  title: "New host",
  items: [
    manual(
      "minimal",
      "Put as little as possible on it",
      "note",
      "Docker Engine, SSH, a firewall. Everything else runs in containers, jobs too: the host keeps nothing that could not be made again. Note the system and its version.",
    ),
    manual("access", "Let only operations in", "note", "Keys, no passwords. Note who has one.", ["minimal"]),
    manual(
      "firewall",
      "Close its firewall",
      "note",
      "From outside: 80, 443 and SSH. Between the nodes: 2377/tcp, 7946/tcp and udp, 4789/udp. A database's port is never open. Show the rules.",
      ["minimal"],
    ),
    manual(
      "join",
      "Let it join the swarm",
      "note",
      "On a manager: `docker swarm join-token worker` (for the first host of all: `docker swarm init`). Run what it prints on the new host. It is in [Swarm](/swarm) within a few seconds.",
      ["minimal", "firewall"],
    ),
    manual(
      "label",
      "Label it, where services ask for a label",
      "note",
      "`docker node update --label-add disk=ssd <node>`. A service's *Where it runs* names the label or the host.",
      ["join"],
    ),
    manual(
      "prune",
      "Let it clear unused images every night",
      "file",
      "Old images fill its disk. A timer that runs `docker image prune --all --force --filter until=168h`. Never with `--volumes`: a service's data lies in volumes. A rollback asks the registry for its image again.",
      ["join"],
    ),
    manual(
      "watch",
      "Watch its disk, memory and clock",
      "link",
      "In the monitoring you have; a full disk stops databases first.",
      ["join"],
    ),
    manual(
      "try",
      "Run something on it and take it away again",
      "note",
      "Provision a small service with *Where it runs* set to this host, look at it, decommission it.",
      ["label", "watch"],
    ),
  ],
});
