import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "#lib/platform/config/settings.ts";
import { FILES, formatEnvExample } from "./write-settings.ts";

describe("the settings as an operator reads them", () => {
  test.each(FILES)("$url is what the settings say now; otherwise run npm run docs:settings", ({ url, format }) => {
    expect(readFileSync(url, "utf8")).toBe(format());
  });

  test("name every setting of the deployment checklist", () => {
    const text = formatEnvExample();
    for (const name of [
      ...["APP_URL", "PORT", "LOG_LEVEL", "ROOT_DOMAIN", "AWS_ROUTE53_HOSTED_ZONE_ID", "NOTIFICATIONS_EMAIL_USER"],
      ...["SMTP_PORT", "LETS_ENCRYPT_ACCOUNT_EMAIL", "REDIS_URL", "SAML_IDP_METADATA_PATH", "SECRETS_OVERRIDE"],
      ...["DANGER_DATABASE_WIPE_REINITIALIZE", "EXPIRATION_REPEAT_FREQUENCY_S", "JOB_REMOVAL_FREQUENCY_S"],
      ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM", "SESSION_SECRET"],
      ...["NOTIFICATIONS_USERNAME", "NOTIFICATIONS_PASSWORD", "DATABASE_URL"],
    ])
      expect(text).toMatch(new RegExp(`^(# )?${name}=`, "m"));
  });

  test("say each setting's purpose in a sentence", () => {
    for (const setting of Object.values(SETTINGS)) expect(setting.about).toMatch(/^.{8,200}\.$/s);
  });
});
