import { readFileSync } from "node:fs";
import { type Config, SETTINGS, type SettingName } from "./settings.ts";

const SECRETS_FOLDER = "/run/secrets";

function readSecretFile(name: string): string | undefined {
  try {
    return readFileSync(`${SECRETS_FOLDER}/${name}`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/**
 * Reads and checks every setting. Secrets come from /run/secrets first, from the environment when SECRETS_OVERRIDE is set
 * or there is no such file. Throws one Error that names every wrong variable.
 */
function readConfig(env: Record<string, string | undefined>): Config {
  const override = env.SECRETS_OVERRIDE === "1" || env.SECRETS_OVERRIDE === "true";
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting = SETTINGS[name];
    const isSecret = "secret" in setting && setting.secret;
    const raw = isSecret && !override ? (readSecretFile(name) ?? env[name]) : env[name];
    // An empty variable is one that is not set.
    const result = setting.schema.safeParse(raw === "" ? undefined : raw);
    if (result.success) values[name] = result.data;
    else if (raw === undefined || raw === "") problems.push(`${name} is not set. ${setting.about}`);
    else problems.push(`${name} ${result.error.issues[0]?.message ?? "is not valid"}. ${setting.about}`);
  }
  if (problems.length > 0) throw new Error(`The settings are not right:\n  ${problems.join("\n  ")}`);
  return Object.freeze(values) as Config;
}

let current: Config | undefined;

/** The settings of this process, read once. */
export function config(): Config {
  current ??= readConfig(process.env);
  return current;
}

/** For tests: run with other settings; undefined goes back to the environment's. */
export function overrideConfig(values: Partial<Config> | undefined): void {
  current = values ? { ...readConfig(process.env), ...values } : undefined;
}

/** The log level alone: modules that log must load before the settings are known to be right, also in a build. */
export function readLogLevel(): string {
  const result = SETTINGS.LOG_LEVEL.schema.safeParse(process.env.LOG_LEVEL || undefined);
  return result.success ? result.data : "info";
}
