import { defineChecklist } from "./define-checklist.ts";

/** What a run that changes a service's data is compiled from. */
export interface DataChangeRun {
  dataChangeId: string;
  /** The policy of the database's backups. */
  policy: string;
  /** "pad_notes of pad-notes (production)". */
  database: string;
}

const input = ({ dataChangeId, policy }: DataChangeRun) => ({ dataChangeId, policy });

/** Says how many rows each statement would touch. */
export const PREVIEW_DATA_CHANGE = defineChecklist<DataChangeRun>({
  key: "preview-data-change",
  version: 1,
  title: "Preview of a data change",
  items: [
    {
      key: "preview",
      step: "data-changes.preview",
      about: "Run the statements, count the rows, take everything back",
      title: ({ database }) => `Try the statements on ${database} and take everything back`,
      input,
    },
  ],
});

/** What was approved is carried out: a backup that is proven first, then one transaction. */
export const DATA_CHANGE = defineChecklist<DataChangeRun>({
  key: "data-change",
  version: 1,
  title: "Data change",
  items: [
    {
      key: "take",
      essential: true,
      step: "backups.take",
      about: "Back up the data as it is",
      title: ({ database }) => `Back up ${database} as it is now`,
      input: ({ policy }) => ({ policy, trigger: "change" }),
    },
    {
      key: "verify",
      essential: true,
      step: "backups.verify",
      about: "Restore it to prove it",
      dependsOn: ["take"],
      title: () => "Restore it into a throw-away place and compare",
      input: ({ policy }) => ({ policy, which: "taken" }),
    },
    {
      key: "execute",
      essential: true,
      step: "data-changes.execute",
      about: "Run the statements in one transaction",
      dependsOn: ["verify"],
      reads: ["verify"],
      title: ({ database }) => `Run the statements on ${database} in one transaction`,
      input,
    },
  ],
});
