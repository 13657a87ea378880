import { z } from "zod";
import { SIGN_IN_KINDS } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { words } from "./fields.ts";

export const signIn = defineGroup({
  key: "signIn",
  title: "Sign-in",
  lead: "How people prove who they are.",
  schema: z.object({
    sso: z.enum(SIGN_IN_KINDS, { error: "Choose how people sign in." }),
    ssoNote: words(500),
  }),
  defaults: { sso: "none", ssoNote: "" },
  questions: [
    {
      field: "sso",
      title: "Does it use single sign-on?",
      why: "An application must be registered with the identity provider before anybody can sign in.",
      choices: { none: "No", saml: "Yes, SAML", oidc: "Yes, OpenID Connect" },
    },
    {
      field: "ssoNote",
      title: "For whoever registers it",
      why: "Callback address and groups are what they will ask for.",
      hint: "Callback /auth/callback, group design-team",
    },
  ],
});
