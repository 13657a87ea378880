import { defineChecklist } from "./define-checklist.ts";

/** What a look at a service's running tasks is compiled from. */
export interface ReadinessRun {
  serviceName: string;
  environment: string;
  stackName: string;
}

/** Looks what really listens and what is installed, beside what was declared. */
export const READINESS = defineChecklist<ReadinessRun>({
  key: "readiness",
  version: 1,
  title: "Production readiness",
  items: [
    {
      key: "ports",
      step: "readiness.survey",
      about: "Compare its ports with what was declared, and write down what is installed",
      title: ({ stackName }) => `See what listens and what is installed in ${stackName}`,
      input: ({ serviceName, environment, stackName }) => ({ serviceName, environment, stackName }),
    },
  ],
});
