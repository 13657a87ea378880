import type { WebhookKind } from "#lib/releases/constants.ts";

interface ForgeWords {
  name: string;
  /** Where its webhooks are made. */
  where: string;
  /** What its form calls address and secret, and what else is set there. */
  fields: { address: string; secret: string };
  settings: readonly string[];
}

export const FORGE_WORDS: Record<WebhookKind, ForgeWords> = {
  github: {
    name: "GitHub",
    where: "the repository’s Settings, Webhooks, Add webhook",
    fields: { address: "Payload URL", secret: "Secret" },
    settings: [
      "Content type: application/json",
      "Events: Workflow runs or Packages, whichever comes after the image was pushed. Pushes only when the image is there before",
    ],
  },
  gitlab: {
    name: "GitLab",
    where: "the project’s Settings, Webhooks, Add new webhook",
    fields: { address: "URL", secret: "Secret token" },
    settings: [
      "Trigger: Pipeline events, which come after the image was pushed. Push events only when the image is there before",
      "SSL verification: on",
    ],
  },
};

/** An image without its digest: what a webhook looks up is a tag. */
export const withoutDigest = (image: string): string => image.split("@")[0] ?? "";
