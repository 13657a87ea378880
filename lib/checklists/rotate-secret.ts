import type { RotateStepInput } from "#lib/secret-stores/schema/steps.ts";
import { defineChecklist, type Rule } from "./define-checklist.ts";

/** What a run that gives a secret a new value is compiled from. */
export interface RotateRun {
  serviceName: string;
  environment: string;
  /** "db_pass": the file the app finds it in. */
  fileName: string;
  /** "services.pad-notes.db_pass". */
  fullName: string;
  version: number;
  /** The panel makes the new value up; otherwise a person gave it. */
  generated: boolean;
  /** Which account of the service's own database has it for its password; null: none. */
  account: "app" | "root" | null;
  /** What every step about the database or the tasks is given besides. */
  place: RotateStepInput;
  /** Two roll-outs, the first with an account of its own: PostgreSQL keeps one password an account. */
  twoAccounts: boolean;
  /** The database learns the new password before the app's tasks do: for apps that do not read DATABASE_USER. */
  inPlace: boolean;
  restartDatabase: boolean;
  /** Bitwarden Secrets Manager is set up. */
  bitwarden: boolean;
}

type RotateRule = Rule<RotateRun>;
const noAccount: RotateRule = ({ account }) => (account === null ? "It is no database's password." : undefined);
const notTheApps: RotateRule = ({ account }) =>
  account === "root" ? "Only backups and the panel use it; the app is not given it." : undefined;
const changedInPlace: RotateRule = ({ inPlace }) =>
  inPlace ? "The password is changed in place, as was asked for." : undefined;

export const titleOf = ({ fullName, version }: Pick<RotateRun, "fullName" | "version">): string =>
  `Give ${fullName} a new value (version ${version})`;

/**
 * A secret gets a new value. The old one opens until whoever uses it has the new one, and nothing afterwards; then it is taken
 * away wherever it is kept.
 */
export const ROTATE_SECRET = defineChecklist<RotateRun>({
  key: "rotate-secret",
  version: 1,
  title: "New value of a secret",
  items: [
    {
      key: "renew",
      step: "secrets.renew",
      about: "Make the new value",
      title: ({ generated, version }) =>
        generated ? `Make up version ${version} and keep it encrypted` : `Keep what was entered as version ${version}`,
      input: ({ fullName, version }) => ({ secretName: fullName, version }),
    },
    {
      key: "open",
      step: "secrets.password",
      about: "Let the database open with the old and the new",
      dependsOn: ["renew"],
      skip: (run) => noAccount(run) ?? changedInPlace(run),
      title: ({ twoAccounts }) =>
        twoAccounts
          ? "Make a second account for the time of the change"
          : "Let the database open with the old password and with the new one",
      input: ({ place, account }) => ({ ...place, account, act: "open" }),
    },
    {
      key: "swarm",
      step: "swarm.secret",
      about: "Put it into the swarm",
      dependsOn: ["renew"],
      title: ({ fullName, version }) => `Put version ${version} of ${fullName} into the swarm`,
      input: ({ fullName, version }) => ({ swarmName: fullName, secretName: fullName, source: "stored", version }),
    },
    {
      key: "bitwarden",
      step: "secrets.store",
      about: "Put it into Bitwarden Secrets Manager",
      dependsOn: ["renew"],
      skip: ({ bitwarden }) => (bitwarden ? undefined : "No Bitwarden Secrets Manager is set up."),
      title: ({ fullName }) => `Put ${fullName} into Bitwarden Secrets Manager`,
      input: ({ fullName }) => ({ secretName: fullName }),
    },
    {
      key: "roll",
      step: "secrets.roll",
      about: "Replace the app's tasks, so that they have the new one",
      dependsOn: ["open", "swarm"],
      skip: (run) => notTheApps(run) ?? changedInPlace(run),
      title: ({ twoAccounts }) =>
        twoAccounts
          ? "Replace the app's tasks by ones that sign in with the second account"
          : "Replace the app's tasks by ones with the new value",
      input: ({ place, twoAccounts }) => ({ ...place, target: "app", signIn: twoAccounts ? "second" : "kept" }),
    },
    {
      key: "switch",
      step: "secrets.password",
      about: "Let the database open with the new one only",
      dependsOn: ["open", "roll", "swarm"],
      skip: noAccount,
      title: () => "Change the password, so that the old one opens nothing",
      input: ({ place, account }) => ({ ...place, account, act: "switch" }),
    },
    {
      key: "settle",
      step: "secrets.roll",
      about: "Let the app sign in as itself again",
      dependsOn: ["switch"],
      skip: (run) =>
        notTheApps(run) ?? (run.inPlace || run.twoAccounts ? undefined : "The app signed in as itself all along."),
      title: ({ twoAccounts }) =>
        twoAccounts
          ? "Replace the app's tasks by ones that sign in as before, with the new password"
          : "Replace the app's tasks by ones with the new value",
      input: ({ place, twoAccounts }) => ({ ...place, target: "app", signIn: twoAccounts ? "own" : "kept" }),
    },
    {
      key: "close",
      step: "secrets.password",
      about: "Prove that the old password opens nothing",
      dependsOn: ["switch", "settle"],
      skip: noAccount,
      title: () => "Prove that the old password opens nothing",
      input: ({ place, account }) => ({ ...place, account, act: "close" }),
    },
    {
      key: "database",
      step: "secrets.roll",
      about: "Restart the database without the old one's file",
      dependsOn: ["close"],
      skip: (run) =>
        noAccount(run) ??
        (run.restartDatabase ? undefined : "Its database keeps running; the file in its container opens nothing."),
      title: () => "Restart the database with the new value's file",
      input: ({ place }) => ({ ...place, target: "database", signIn: "kept" }),
    },
    {
      key: "retire",
      step: "secrets.retire",
      about: "Take the old one away",
      dependsOn: ["roll", "settle", "close", "database", "bitwarden", "swarm"],
      title: () => "Take the old value away wherever it is kept",
      input: ({ place, restartDatabase }) => ({ ...place, databaseKeeps: !restartDatabase }),
    },
  ],
});
