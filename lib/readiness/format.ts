import { MANAGERS } from "./constants.ts";
import type { ReadinessView } from "./types.ts";

export interface RebuildEnvironment {
  name: string;
  stackName: string;
  /** By the name within the stack, with digest. */
  images: Record<string, string>;
  replicas: number | null;
  env: Record<string, string>;
  ports: { target: number; published: number | null; protocol: string; purpose: string }[];
  mounts: { source: string; target: string; kind: string; readOnly: boolean }[];
  /** Files in /run/secrets, with the secret behind each. */
  secrets: { fileName: string; name: string }[];
  limits: string | null;
  placement: string | null;
}

/** Everything a person needs who has none of it but the backups. */
export interface Rebuild {
  name: string;
  purpose: string;
  owner: string;
  at: string;
  method: string;
  database: { engine: string; image: string; name: string; user: string } | null;
  folder: { path: string; owner: string; mode: string } | null;
  environments: RebuildEnvironment[];
  records: { name: string; type: string; values: string[]; ttl: number }[];
  certificates: string[][];
  backups: { name: string; what: string; when: string }[];
  dependsOn: { name: string; reason: string }[];
  readiness: ReadinessView;
}

/** In a table a line break ends the row, and a bar the cell. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
const code = (text: string) =>
  text.includes("`") ? `\`\` ${text.replaceAll("\n", " ")} \`\`` : `\`${text.replaceAll("\n", " ")}\``;
const list = (items: readonly string[], none: string) =>
  items.length === 0 ? [none] : items.map((item) => `- ${item}`);

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${heads.join(" | ")} |`,
    `|${heads.map(() => "---").join("|")}|`,
    ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`),
  ];
}

function describeEnvironment(one: RebuildEnvironment, number: number): string[] {
  const facts = [
    ...Object.entries(one.images).map(([name, image]) => `Image of ${name}: ${code(image)}`),
    ...(one.replicas === null ? [] : [`Tasks: ${one.replicas}`]),
    ...(one.limits ? [one.limits] : []),
    ...(one.placement ? [one.placement] : []),
    ...one.mounts.map(
      ({ kind, source, target, readOnly }) =>
        `${kind === "volume" ? "Volume" : "Folder"} ${code(source)} at ${code(target)}${readOnly ? ", read-only" : ""}`,
    ),
    ...one.secrets.map(({ fileName, name }) => `Secret ${code(name)} as the file ${code(`/run/secrets/${fileName}`)}`),
  ];
  const ports = one.ports.map(({ target, protocol, published, purpose }) => [
    `${target}/${protocol}`,
    published === null ? "inside only" : String(published),
    purpose,
  ]);
  return [
    `### ${number}. ${one.name}: stack ${code(one.stackName)}`,
    "",
    ...list(facts, "The panel knows of nothing that runs there."),
    ...(ports.length > 0 ? ["", ...table(["Port", "Published on", "For"], ports)] : []),
    ...(Object.keys(one.env).length > 0
      ? ["", "Environment:", "", "```", ...Object.entries(one.env).map(([name, value]) => `${name}=${value}`), "```"]
      : []),
    "",
  ];
}

function describeWritten({ readiness }: Rebuild): string[] {
  const of = (kind: string) => readiness.written.filter((one) => one.kind === kind);
  const lines = (kind: string, none: string) =>
    list(
      of(kind).map(({ name, note }) => `${code(name)}${note ? `\n\n${note.replaceAll(/^/gm, "  ")}\n` : ""}`),
      none,
    );
  return [
    ...["## Packages installed by hand", "", ...lines("package", "None was written down."), ""],
    ...["## Configuration files changed", "", ...lines("file", "None was written down.")],
    ...(readiness.changedFiles.length > 0
      ? [
          "",
          "Found in the running container, and in no image:",
          "",
          ...readiness.changedFiles.map(({ path, act }) => `- ${code(path)} (${act})`),
        ]
      : []),
    "",
    ...["## Commands run", "", ...numbered(of("command")), ""],
  ];
}

function numbered(items: readonly { name: string; note: string }[]): string[] {
  if (items.length === 0) return ["None was written down."];
  const lines = items.flatMap(({ name, note }, index) => [
    `${index + 1}. ${code(name)}`,
    ...(note ? ["", note.replaceAll(/^/gm, "   "), ""] : []),
  ]);
  return ["In this order:", "", ...lines];
}

function describeDependencies({ dependencies, packages, written }: ReadinessView): string[] {
  const rows = dependencies.map(({ name, version, manager, guess, debian }) => [
    name,
    version,
    MANAGERS[manager].language,
    debian
      ? debian.package
        ? `${debian.package} (${debian.versions.join(", ")})`
        : "none in Debian"
      : `perhaps ${guess}; not looked up`,
  ]);
  const own = written.filter(({ kind }) => kind === "dependency").map(({ name, note }) => [name, "", "", note]);
  return [
    "## What it is made of",
    "",
    ...(rows.length + own.length === 0
      ? ["Nothing from a language's own package manager was found."]
      : table(["From a language's package manager", "Version", "Language", "Debian package"], [...rows, ...own])),
    "",
    packages.length === 0
      ? "Packages of the image's own system could not be read."
      : `${packages.length} packages of the image's own system: ${packages.map(({ name, version }) => `${name} ${version}`).join(", ")}`,
    "",
  ];
}

/** One page from which a person can build the service again. */
export function renderRebuild(page: Rebuild): string {
  const { readiness, database, folder } = page;
  const found = readiness.ports.filter(({ problem }) => problem !== null).map(({ problem }) => problem ?? "");
  return [
    `# Rebuild ${page.name}`,
    "",
    `${page.purpose}`,
    "",
    `Owner: ${page.owner}. Deployed as ${page.method}. Written ${page.at}.`,
    "",
    "## Before it",
    "",
    ...list(
      page.dependsOn.map(({ name, reason }) => `${name}${reason ? `: ${reason}` : ""}`),
      "It needs no other service that the panel knows of.",
    ),
    "",
    "## What to set up",
    "",
    ...list(
      [
        ...(database
          ? [
              `Database: ${database.engine} (${code(database.image)}), database ${code(database.name)}, user ${code(database.user)}; then restore its newest backup`,
            ]
          : []),
        ...(folder
          ? [
              `Folder ${code(folder.path)}, owned by ${folder.owner}, mode ${folder.mode}; then unpack its newest backup`,
            ]
          : []),
        ...page.backups.map(({ name, what, when }) => `Backups “${name}” of ${what}: ${when}`),
      ],
      "It keeps nothing.",
    ),
    "",
    ...page.environments.flatMap((one, index) => describeEnvironment(one, index + 1)),
    "## Reached at",
    "",
    ...(page.records.length === 0
      ? ["It has no DNS records of the panel's."]
      : table(
          ["Name", "Type", "Value", "TTL"],
          page.records.map(({ name, type, values, ttl }) => [name, type, values.join(", "), String(ttl)]),
        )),
    "",
    ...list(
      page.certificates.map((names) => `Certificate for ${names.join(", ")}`),
      "It has no certificate of the panel's.",
    ),
    "",
    "## Firewall",
    "",
    ...list(
      readiness.firewall.map((words) => `Keep out ${words}`),
      "None of its published ports has to be kept out.",
    ),
    ...(found.length > 0 ? ["", "Not as it was declared when the panel last looked:", "", ...list(found, "")] : []),
    "",
    ...describeDependencies(readiness),
    ...describeWritten(page),
  ].join("\n");
}
