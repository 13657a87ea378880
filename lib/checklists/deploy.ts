import { defineChecklist, type Rule, repeat } from "./define-checklist.ts";
import { pauseMonitors, resumeMonitors } from "./maintenance.ts";

/** What a run that brings a release to an environment is compiled from. */
export interface DeployRun {
  deploymentId: string;
  /** "release 5 of pad-notes to production". */
  label: string;
  /** Secrets the app is given, by their names in the panel and in the swarm, in the versions that were approved. */
  secrets: readonly { name: string; fullName: string; version: number }[];
  /** Names of the migrations that have not run there. */
  migrations: readonly string[];
  /** The backup policy of the environment's database; null: there is none. */
  policy: string | null;
  /** The swarm's service that is updated. */
  appService: string;
  soakS: number;
}

/** Longer than any release takes; the run's end comes first. */
const QUIET_MINUTES = 180;

const noMigrations: Rule<DeployRun> = ({ migrations }) =>
  migrations.length === 0 ? "It brings no new migrations." : undefined;
/** A release that is approved does not get here without one; a break-glass may. */
const noBackup: Rule<DeployRun> = (run) =>
  noMigrations(run) ?? (run.policy === null ? "The service has no backup policy for its database." : undefined);

const deployment = ({ deploymentId }: DeployRun) => ({ deploymentId });
const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;

/**
 * A release comes to an environment. What was approved is looked at again before anything is touched; what changes the
 * database runs only after a backup was taken and restored; tasks are replaced last, and are watched.
 */
export const DEPLOY = defineChecklist<DeployRun>({
  key: "deploy",
  version: 2,
  title: "Deploy",
  items: [
    {
      key: "check",
      essential: true,
      step: "releases.check",
      about: "Look whether it is still what was approved",
      title: ({ label }) => `Check that ${label} is still what was approved`,
      input: deployment,
    },
    repeat({
      key: "secret",
      essential: true,
      step: "swarm.secret",
      about: "Put its secrets into the swarm, in the versions that were approved",
      dependsOn: ["check"],
      skip: ({ secrets }) => (secrets.length === 0 ? "The app is given no secrets." : undefined),
      each: ({ secrets }) => secrets,
      entryKey: ({ name }) => name,
      entryTitle: ({ fullName, version }) => `See that the swarm has version ${version} of ${fullName}`,
      entryInput: ({ fullName, version }) => ({ swarmName: fullName, secretName: fullName, source: "stored", version }),
    }),
    {
      key: "backup",
      essential: true,
      step: "backups.take",
      about: "Back the database up",
      dependsOn: ["check"],
      skip: noBackup,
      title: ({ policy }) => `Back the database up as “${policy}” says`,
      input: ({ policy }) => ({ policy, trigger: "release" }),
    },
    {
      key: "proof",
      essential: true,
      step: "backups.verify",
      about: "Restore the backup to prove it",
      dependsOn: ["backup"],
      skip: noBackup,
      title: () => "Restore it into a throw-away place and compare",
      input: ({ policy }) => ({ policy, which: "taken" }),
    },
    pauseMonitors({ dependsOn: ["check", "secret", "proof"], minutes: QUIET_MINUTES }),
    {
      key: "migrate",
      essential: true,
      step: "releases.migrate",
      about: "Run its migrations",
      dependsOn: ["check", "secret", "proof", "pause-monitors"],
      reads: ["check", "proof"],
      skip: noMigrations,
      title: ({ migrations }) => `Run ${count(migrations.length, "migration")}: ${migrations.join(", ")}`,
      input: deployment,
    },
    {
      key: "rollout",
      essential: true,
      step: "releases.rollout",
      about: "Replace its tasks",
      dependsOn: ["check", "secret", "pause-monitors", "migrate"],
      reads: ["check"],
      title: ({ appService }) => `Update ${appService} and wait until it has converged`,
      input: deployment,
    },
    {
      key: "soak",
      essential: true,
      step: "releases.soak",
      about: "Watch it for a while",
      dependsOn: ["rollout"],
      title: ({ soakS }) => `Watch its tasks and its page for ${soakS} s`,
      input: deployment,
    },
    resumeMonitors({ dependsOn: ["soak"] }),
    {
      key: "evidence",
      essential: true,
      step: "releases.evidence",
      about: "Write its evidence down",
      // Last of all: what is still at work is not in it.
      dependsOn: ["soak", "resume-monitors"],
      title: () => "Write down what was done, with its hash in the audit chain",
      input: deployment,
    },
  ],
});

/** Writes the evidence of a deployment whose run ended before it could. */
export const WRITE_EVIDENCE = defineChecklist<Pick<DeployRun, "deploymentId" | "label">>({
  key: "deploy-evidence",
  version: 1,
  title: "Evidence of a deployment",
  items: [
    {
      key: "evidence",
      step: "releases.evidence",
      about: "Write its evidence down",
      title: ({ label }) => `Write down what was done of ${label}`,
      input: ({ deploymentId }) => ({ deploymentId }),
    },
  ],
});
