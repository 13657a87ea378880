import { defineChecklist } from "./define-checklist.ts";

/** An app that was stopped for what then was not done. */
export interface StartAgainRun {
  stackName: string;
  replicas: number;
}

/** The app of a stack runs again, with as many tasks as its release has. */
export const START_AGAIN = defineChecklist<StartAgainRun>({
  key: "start-again",
  version: 1,
  title: "Start again",
  items: [
    {
      key: "start",
      step: "services.start",
      about: "Start its tasks",
      title: ({ stackName }) => `Start the app of ${stackName}`,
      input: ({ stackName, replicas }) => ({ stackName, replicas }),
    },
  ],
});
