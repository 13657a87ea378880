import { defineChecklist } from "./define-checklist.ts";

/** What a run that makes a release is compiled from. */
export interface NewReleaseRun {
  releaseId: string;
  /** "5 of pad-notes". */
  label: string;
  image: string;
  /** There is an environment that releases go to by themselves. */
  staging: string | null;
}

/** A tag becomes a digest at once; then the release goes where nobody has to approve it. */
export const NEW_RELEASE = defineChecklist<NewReleaseRun>({
  key: "new-release",
  version: 1,
  title: "New release",
  items: [
    {
      key: "resolve",
      step: "releases.resolve",
      about: "Find the image's digest and labels",
      title: ({ image }) => `Find the digest of ${image}`,
      input: ({ releaseId }) => ({ releaseId }),
    },
    {
      key: "stage",
      step: "releases.stage",
      about: "Hand it to staging",
      dependsOn: ["resolve"],
      skip: ({ staging }) => (staging ? undefined : "The service has no staging environment."),
      title: ({ label, staging }) => `Hand release ${label} to ${staging}`,
      input: ({ releaseId, staging }) => ({ releaseId, environment: staging }),
    },
  ],
});
