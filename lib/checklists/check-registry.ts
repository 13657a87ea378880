import { defineChecklist } from "./define-checklist.ts";

/** An account at a registry, tried. */
export const CHECK_REGISTRY = defineChecklist<{ credentialId: string; host: string }>({
  key: "check-registry",
  version: 1,
  title: "Registry account check",
  items: [
    {
      key: "check",
      step: "registries.check",
      about: "Sign in at the registry",
      title: ({ host }) => `Sign in at ${host}`,
      input: ({ credentialId }) => ({ credentialId }),
    },
  ],
});
