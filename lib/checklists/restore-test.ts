import { defineChecklist, repeat } from "./define-checklist.ts";

/** What a restore test is compiled from: the policies of one environment, and how many points each has. */
export interface RestoreTestRun {
  service: string;
  environment: string;
  policies: readonly { name: string; points: number }[];
}

type Policy = RestoreTestRun["policies"][number];

/** Reasonable evidence that backups can be restored: machines restore and compare, a person uses what came of it. */
export const RESTORE_TEST = defineChecklist<RestoreTestRun>({
  key: "restore-test",
  version: 1,
  title: "Restore test",
  items: [
    repeat({
      key: "newest",
      step: "backups.verify",
      about: "Restore the newest points",
      essential: true,
      each: ({ policies }) => policies,
      entryKey: ({ name }: Policy) => name,
      entryTitle: ({ name }: Policy) => `Restore the newest point of “${name}” into a throw-away place and compare`,
      entryInput: ({ name }: Policy) => ({ policy: name, which: "newest" }),
    }),
    repeat({
      key: "older",
      step: "backups.verify",
      about: "Restore a random older point",
      dependsOn: ["newest"],
      skip: ({ policies }) =>
        policies.some(({ points }) => points > 1)
          ? undefined
          : "There is one point, or none: nothing older to restore.",
      each: ({ policies }) => policies.filter(({ points }) => points > 1),
      entryKey: ({ name }: Policy) => name,
      entryTitle: ({ name }: Policy) => `Restore a random older point of “${name}” and compare`,
      entryInput: ({ name }: Policy) => ({ policy: name, which: "random-older" }),
    }),
    {
      key: "development",
      step: "manual",
      about: "Bring a development environment up from the backup",
      dependsOn: ["newest"],
      evidence: "note",
      estimateMinutes: 30,
      dueDays: 7,
      instructions: ({ service }) =>
        `Restore beside the living data, or download a point: [restore ${service}](/services/${service}/backups/restore). Production itself is not touched. Note which point it was and how long it took.`,
      title: ({ service }) => `Bring a development environment of ${service} up from the backup`,
    },
    {
      key: "look",
      step: "manual",
      role: "dba",
      about: "Look whether what people need is there",
      dependsOn: ["development"],
      evidence: "note",
      estimateMinutes: 15,
      dueDays: 7,
      instructions: () =>
        "Sign in to the restored copy. Find what was entered last before the backup was taken, and one thing that is a year old. Note both.",
      title: ({ service }) => `Look whether what people need of ${service} is there`,
    },
    {
      key: "lessons",
      step: "manual",
      about: "Write down what was in the way",
      dependsOn: ["look"],
      evidence: "note",
      estimateMinutes: 10,
      dueDays: 10,
      instructions: () =>
        "What was missing, slow or unclear? What did you mend, and when is the next test? “Nothing” is an answer.",
      title: () => "Write down what was in the way, and when the next test is",
    },
  ],
});
