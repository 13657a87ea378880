/**
 * Writes `.env.example` and `docs/settings.md` from the settings as they are declared.
 *
 *   npm run docs:settings
 */
import { writeFileSync } from "node:fs";
import type { z } from "zod";
import type { Setting } from "#lib/platform/config/define-setting.ts";
import { SETTINGS } from "#lib/platform/config/settings.ts";

const LINE_MAX = 100;

/** What a setting is when nobody sets it, as one would write it; undefined when it has to be set. */
function readDefault(schema: z.ZodType): string | undefined {
  const { def } = schema._zod as unknown as { def: { type: string; defaultValue?: unknown; in?: z.ZodType } };
  if (def.type === "default") return String(def.defaultValue);
  return def.type === "pipe" && def.in ? readDefault(def.in) : undefined;
}

interface Described {
  name: string;
  about: string;
  group: string;
  isSecret: boolean;
  example: string | undefined;
  fallback: string | undefined;
}

const DESCRIBED: Described[] = Object.entries(SETTINGS as Record<string, Setting>).map(([name, setting]) => ({
  name,
  about: setting.about,
  group: setting.group,
  isSecret: setting.secret === true,
  example: setting.example,
  fallback: readDefault(setting.schema),
}));

const GROUPS = [...Map.groupBy(DESCRIBED, (setting) => setting.group)];

function wrap(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length > LINE_MAX) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function formatEnvLine(setting: Described): string[] {
  const { name, fallback, example } = setting;
  // An example that is a command makes the value; it is not one.
  const isCommand = example?.includes("openssl") === true;
  const notes = [
    setting.isSecret ? `${setting.about} (secret: /run/secrets/${name})` : setting.about,
    ...(isCommand ? [`Make one: ${example}`] : []),
  ];
  const value = isCommand ? "" : (example ?? fallback ?? "");
  // What has a default stands as a comment: taking the file over changes nothing that was not edited.
  const line = fallback === undefined ? `${name}=${value}` : `# ${name}=${value}`;
  return [...notes.flatMap(wrap).map((one) => `# ${one}`), line, ""];
}

/** `.env.example`, for development and for operators who prefer variables to Docker secrets. */
export function formatEnvExample(): string {
  const lines = [
    "# Settings of Seaworthy. Made from lib/platform/config/settings.ts by `npm run docs:settings`: do not edit.",
    "# Secrets are files in /run/secrets; they are read from here only when there is no such file or with SECRETS_OVERRIDE=1.",
    "",
  ];
  for (const [group, settings] of GROUPS) lines.push(`## ${group}`, "", ...settings.flatMap(formatEnvLine));
  return `${lines.join("\n").trimEnd()}\n`;
}

const cell = (text: string) => text.replaceAll("|", "\\|");

function formatRow(setting: Described): string {
  const fallback =
    setting.fallback === undefined ? "**required**" : setting.fallback === "" ? "" : `\`${setting.fallback}\``;
  const name = `\`${setting.name}\`${setting.isSecret ? " 🔒" : ""}`;
  return `| ${name} | ${cell(fallback)} | ${cell(setting.about)} |`;
}

/** `docs/settings.md`: the same as a table. */
export function formatSettingsPage(): string {
  const lines = [
    "# Settings",
    "",
    "Made from `lib/platform/config/settings.ts` by `npm run docs:settings`: do not edit.",
    "",
    "Settings are environment variables. Those marked 🔒 are secrets: each is a file of that name in `/run/secrets`, where Docker",
    "Swarm puts its secrets; the environment is asked when there is no such file, or always with `SECRETS_OVERRIDE=1`. A wrong or",
    "missing value stops the process at its start with a sentence that names the variable.",
    "",
  ];
  for (const [group, settings] of GROUPS)
    lines.push(`## ${group}`, "", "| name | default | what it does |", "|---|---|---|", ...settings.map(formatRow), "");
  return `${lines.join("\n").trimEnd()}\n`;
}

export const FILES = [
  { url: new URL("../.env.example", import.meta.url), format: formatEnvExample },
  { url: new URL("../docs/settings.md", import.meta.url), format: formatSettingsPage },
];

if (import.meta.main) for (const { url, format } of FILES) writeFileSync(url, format());
