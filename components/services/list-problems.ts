import { daysUntil } from "#lib/platform/format.ts";
import type { ServiceView } from "#lib/services/types.ts";

export interface Problem {
  key: string;
  tone: "failed" | "warning";
  title: string;
  why: string | null;
  href: string;
  act: string;
}

/** Whether it keeps anything, as far as its page knows. */
function keepsData({ hasBackups, answers }: ServiceView): boolean {
  if (hasBackups || answers === null) return hasBackups;
  const { data, placement } = answers;
  // Volumes of what a NixOS module runs are outside the swarm, where the panel cannot reach them.
  const hasVolumes = placement.method !== "nixos" && placement.volumes.length > 0;
  return data.database !== "none" || data.filesFolder || hasVolumes;
}

/** What is wrong with a service now, the worst first. Pure: the time is given. */
export function listProblems(service: ServiceView, now: number): Problem[] {
  const base = `/services/${service.name}`;
  if (service.state === "retired") return [];
  const [lastRun] = service.runs;
  const problems: Problem[] = [];
  if (lastRun?.state === "failed")
    problems.push({
      key: "run",
      tone: "failed",
      title: `${lastRun.title} failed`,
      why: `It stopped after ${lastRun.stepsDone} of ${lastRun.stepsTotal} steps. What was made stays until it is finished or undone.`,
      href: `/runs/${lastRun.id}`,
      act: `Open run ${lastRun.id}`,
    });
  if (lastRun?.state === "waiting")
    problems.push({
      key: "waiting",
      tone: "warning",
      title: `${lastRun.title} waits for a person`,
      why: null,
      href: `/runs/${lastRun.id}`,
      act: `Open run ${lastRun.id}`,
    });
  for (const each of service.environments.flatMap((environment) => environment.services)) {
    if (each.running >= each.desired) continue;
    const reason = each.tasks.find((task) => task.error)?.error ?? null;
    problems.push({
      key: each.name,
      tone: "failed",
      title: `${each.name} runs ${each.running} of ${each.desired} replicas`,
      why: reason,
      href: "#tasks",
      act: "See its tasks",
    });
  }
  if (service.state === "live" && service.ticks.open > 0) {
    const { open, total } = service.ticks;
    problems.push({
      key: "ticks",
      tone: "warning",
      title: `${open} of ${total} checklist items ${open === 1 ? "is" : "are"} no longer so`,
      why: "The panel asked again what its checklist says was done.",
      href: `${base}/checklist`,
      act: "See which",
    });
  }
  for (const certificate of service.certificates) {
    const days = certificate.notAfter ? daysUntil(Date.parse(certificate.notAfter), now) : null;
    if (days === null || days > 20) continue;
    problems.push({
      key: certificate.id,
      tone: days < 7 ? "failed" : "warning",
      title: days < 0 ? "A certificate has expired" : `A certificate expires in ${days} days`,
      why: certificate.names.join(", "),
      href: `${base}/domains`,
      act: "See domains",
    });
  }
  if (service.state === "live" && keepsData(service) && service.restorableAsOf === null)
    problems.push({
      key: "backup",
      tone: "warning",
      title: "It cannot provably be brought back",
      why: "Until a backup of everything it has is restored and counted, nobody knows whether its data can be brought back.",
      href: `${base}/backups`,
      act: "See backups",
    });
  return problems;
}
