import { z } from "zod";
import { seconds, setting } from "./define-setting.ts";

/** ssh://git@host:22/path, git@host:path or https://host/path; with no password in it. */
const GIT_URL =
  /^(ssh:\/\/([a-z0-9][\w.-]*@)?[a-z0-9][a-z0-9.-]*(:\d{1,5})?\/\S+|[a-z0-9][\w.-]*@[a-z0-9][a-z0-9.-]*:[^\s:/-]\S*|https:\/\/[a-z0-9][a-z0-9.-]*(:\d{1,5})?\/\S+)$/i;
const branch = (value: string) =>
  z
    .string()
    .regex(/^(?!.*(\.\.|\/\/|@\{|\.lock$|\.$|\/$))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/, "is not the name of a branch")
    .default(value);
const repositoryFolder = (value: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/, "is not a folder such as hosts/services")
    .default(value);
const readArgv = (text: string): string[] | null => {
  try {
    const argv: unknown = JSON.parse(text);
    return Array.isArray(argv) && argv.length > 0 && argv.every((one) => typeof one === "string" && one !== "")
      ? argv
      : null;
  } catch {
    return null;
  }
};
const argv = (value: readonly string[]) =>
  z
    .string()
    .refine((text) => readArgv(text) !== null, 'must be a JSON list of words such as ["nix", "build"]')
    .default(JSON.stringify(value))
    .transform((text) => readArgv(text) ?? []);

/** Those of the configuration repository. */
export const REPOSITORY_SETTINGS = {
  CONFIG_REPOSITORY_URL: setting(
    z
      .string()
      .regex(GIT_URL, "is not ssh://git@host/path, git@host:path or https://host/path")
      .or(z.literal(""))
      .default(""),
    "Configuration repository",
    "Git repository that NixOS modules and stack files are written to; empty: there is none.",
    { example: "git@git.example.org:ops/config.git" },
  ),
  CONFIG_REPOSITORY_SSH_KEY: setting(
    z
      .string()
      .default("")
      .transform((text) => text.replaceAll("\\n", "\n")),
    "Configuration repository",
    "Private key (PEM) that may push to it over SSH.",
    { secret: true },
  ),
  CONFIG_REPOSITORY_KNOWN_HOSTS: setting(
    z
      .string()
      .default("")
      .transform((text) => text.replaceAll(/\s*;\s*/g, "\n").trim()),
    "Configuration repository",
    "Its host's keys as ssh-keyscan prints them, separated by new lines or semicolons; any other host is refused.",
  ),
  CONFIG_REPOSITORY_USERNAME: setting(
    z.string().default(""),
    "Configuration repository",
    "User for a repository over HTTPS; empty: none is sent.",
  ),
  CONFIG_REPOSITORY_TOKEN: setting(
    z.string().default(""),
    "Configuration repository",
    "That user's password or access token.",
    { secret: true },
  ),
  CONFIG_REPOSITORY_CA_FILE: setting(
    z.string().default(""),
    "Configuration repository",
    "PEM file that vouches for the repository's HTTPS, when its authority is not public.",
  ),
  CONFIG_REPOSITORY_STAGING: setting(
    branch("staging"),
    "Configuration repository",
    "Branch that changes are pushed to first.",
  ),
  CONFIG_REPOSITORY_MAIN: setting(
    branch("main"),
    "Configuration repository",
    "Branch that hosts deploy from; only ever moved forward, to a commit that passed the check.",
  ),
  CONFIG_REPOSITORY_CHECK: setting(
    argv(["nix-instantiate", "--parse", "{file}"]),
    "Configuration repository",
    "Program that checks a commit, as a JSON list of words, run in a checkout of it: with `{file}` once for each Nix file it changes, else once. `{commit}` is its id.",
  ),
  CONFIG_REPOSITORY_CHECK_TIMEOUT_S: setting(seconds(1800), "Configuration repository", "Seconds that check may take."),
  CONFIG_REPOSITORY_NIX_DIR: setting(
    repositoryFolder("services"),
    "Configuration repository",
    "Folder for NixOS modules; each host has a folder of its own in it.",
  ),
  CONFIG_REPOSITORY_STACKS_DIR: setting(
    repositoryFolder("stacks"),
    "Configuration repository",
    "Folder for stack files; each service has a folder of its own in it.",
  ),
  REPOLOGY_URL: setting(
    z.url({ protocol: /^https?$/ }).default("https://repology.org"),
    "Configuration repository",
    "Where package versions are looked up.",
  ),
} as const;
