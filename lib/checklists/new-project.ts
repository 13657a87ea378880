import { type ChecklistItem, defineChecklist } from "./define-checklist.ts";

/** What a new project's run is compiled from. */
export interface NewProjectRun {
  subject: string;
  /** Name of the service it becomes, when it has one. */
  service: string | null;
}

type Item = ChecklistItem<NewProjectRun>;
type Evidence = "note" | "link" | "file";

/** A page of the service, or where one is made, as a Markdown link. */
const pageOf = ({ service }: NewProjectRun, words: string, path = "") =>
  service === null ? `[Begin its service](/services/new)` : `[${words}](/services/${service}${path})`;

const manual = (
  key: string,
  about: string,
  evidence: Evidence,
  instructions: (run: NewProjectRun) => string,
  more: Partial<Pick<Item, "dependsOn" | "role" | "estimateMinutes" | "dueDays">> = {},
): Item => ({
  ...{ key, step: "manual", about, evidence, instructions, title: () => about },
  estimateMinutes: 30,
  dueDays: 14,
  ...more,
});

/** What a project has before anybody outside uses it. The service itself has its own checklist: provisioning. */
export const NEW_PROJECT = defineChecklist<NewProjectRun>({
  key: "new-project",
  version: 1,
  title: "New project",
  items: [
    manual(
      "repository",
      "Create its source repository",
      "link",
      () =>
        "One repository with a branch for work (`develop` or `main`) and one for production (`release`). Protect the branch for production.",
    ),
    manual(
      "one-command",
      "Let one command bring it up",
      "note",
      () =>
        "`git clone …`, then `docker compose up`: a newcomer needs nothing else. Test data comes with it, or with one more command. Note the commands.",
      { dependsOn: ["repository"], estimateMinutes: 120 },
    ),
    manual(
      "settings-in-repository",
      "Keep its deployment settings in the repository",
      "link",
      () =>
        "Settings come from the environment (twelve factors). What differs between staging and production lies beside the code; values that are secret do not.",
      { dependsOn: ["repository"] },
    ),
    manual(
      "static-files",
      "Serve its static files the same way everywhere",
      "note",
      () =>
        "A web server container serves them in every environment, from a single directory. What has to be collected is collected by the start script.",
      { dependsOn: ["one-command"] },
    ),
    manual(
      "migrations",
      "Bring its migrations with the release",
      "note",
      () =>
        "The panel runs them before the tasks are replaced, after a proven backup. Conflicts between migrations are solved in the branch, never while deploying.",
      { dependsOn: ["repository"] },
    ),
    manual(
      "file-storage",
      "Keep its permanent files in an object store",
      "note",
      () => "What lies on a node is moved by hand when the service moves. Write down what still does, and why.",
      { dependsOn: ["repository"] },
    ),
    manual(
      "packages",
      "Take its packages from the distribution where they are new enough",
      "note",
      () =>
        "Look in Debian first. What pip, npm, gem or pecl bring has to be written down with the reason, so that it can be packaged.",
      { dependsOn: ["repository"] },
    ),
    manual(
      "host",
      "Choose where it runs",
      "note",
      () =>
        "Own machines: cheaper memory, nearer, faster bursts, can be reached by hand. Cloud: replaced in minutes when broken, better kept apart, made by Terraform. Note the choice and why.",
      { role: "manager" },
    ),
    manual(
      "provision",
      "Provision its service",
      "link",
      (run) => `${pageOf(run, "Its checklist", "/checklist")}. Give the run's address.`,
      {
        dependsOn: ["one-command", "settings-in-repository", "migrations", "host"],
      },
    ),
    manual(
      "tests",
      "Run the tests on every change",
      "link",
      () => "On every push to the branch for work and on every pull request. Give the job's address.",
      { dependsOn: ["repository"] },
    ),
    manual(
      "staging",
      "Bring every change of main to staging by itself",
      "link",
      (run) =>
        `Add the environment staging and a release webhook: ${pageOf(run, "its webhooks", "/releases/webhooks")}. Who pushed is told when it fails.`,
      { dependsOn: ["provision", "tests"] },
    ),
    manual(
      "production",
      "Let production be deployed with an approval",
      "link",
      (run) =>
        `From the branch for production: ${pageOf(run, "its releases", "/releases")}. Give the first deployment's address.`,
      { dependsOn: ["staging"] },
    ),
    manual(
      "errors",
      "Create its error-tracking project, for every environment",
      "link",
      () => "Such as a Sentry project per environment; its errors go to the team's channel.",
      { dependsOn: ["provision"] },
    ),
    manual(
      "access",
      "Say who gets onto its host and its data",
      "note",
      () =>
        "Only operations gets onto the host. Nobody develops on production: a developer has an own database, restored from a recent backup.",
      { role: "manager" },
    ),
    manual(
      "dashboards",
      "Keep its dashboards in the repository",
      "link",
      (run) =>
        `Production's dashboards are not edited by hand: they are written back to the repository and changed by a pull request. They read with an account that can change nothing: ${pageOf(run, "read-only account", "/data")}.`,
      { dependsOn: ["provision"] },
    ),
    manual(
      "restore",
      "Restore its backup once",
      "link",
      () => "Start the checklist [Restore test](/checklists/new?checklist=restore-test) and give its run's address.",
      { dependsOn: ["provision"] },
    ),
  ],
});
