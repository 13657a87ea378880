import type { EvidenceFile, EvidenceStep } from "./file.ts";

type Person = EvidenceFile["deployment"]["requestedBy"];
const name = (person: Person) => person?.name ?? "the panel";
const when = (at: string | null) => at ?? "—";
/** What people wrote must not turn into headings or markup of the file's own. */
const quote = (text: string) => text.split(/\r?\n/).map((line) => `> ${line}`);
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s*\r?\n\s*/g, " ");
/** A fence longer than any within. */
const fence = (lines: readonly string[]): string[] => {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const mark = "`".repeat(longest + 1);
  return [mark, ...lines, mark];
};
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? ["None."]
    : [
        `| ${head.join(" | ")} |`,
        `|${head.map(() => "---").join("|")}|`,
        ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`),
      ];

const ANSWERS = [
  ["dataLoss", "May data be lost?"],
  ["schemaChange", "Does the database's schema change?"],
  ["infrastructureChange", "Does infrastructure change?"],
  ["manualSteps", "Are there steps by hand?"],
] as const;

function describeStep({ key, title, state, skipReason, sha256, attempts }: EvidenceStep): string[] {
  const head = [
    "",
    `### ${title}`,
    "",
    `\`${key}\` · ${state}${skipReason ? `: ${skipReason}` : ""} · SHA-256 \`${sha256}\``,
  ];
  const logs = attempts.flatMap((attempt) => [
    "",
    `Try ${attempt.number}: ${attempt.state}, ${attempt.startedAt} to ${when(attempt.finishedAt)}, lines 1 to ${attempt.lines}, SHA-256 \`${attempt.sha256}\``,
    "",
    ...fence(attempt.log),
  ]);
  return [...head, ...logs];
}

/** The same evidence for reading. What is verified is the JSON, whose hash stands at the top. */
export function toMarkdown(file: EvidenceFile, hash: string): string {
  const { service, environment, deployment, release, sealed, run } = file;
  const { differences, evidence, irreversible } = sealed.evidence;
  const found = [...evidence.dataLoss, ...evidence.schemaChange, ...evidence.infrastructureChange];
  return [
    `# ${service.name}: release ${release.number} to ${environment.name}`,
    "",
    `${deployment.kind}, **${deployment.state}**. ${deployment.outcome ?? ""}`.trim(),
    "",
    `Deployment \`${deployment.id}\`. SHA-256 of its evidence (JSON): \`${hash}\`. Written ${file.writtenAt}.`,
    "",
    "## Who and when",
    "",
    ...table(
      ["What", "Who", "When"],
      [
        ["Release made", name(release.by), release.createdAt],
        ["Asked for", name(deployment.requestedBy), deployment.createdAt],
        ...file.approvals.map((one) => [
          `${one.decision}${one.seal === file.seal ? "" : " (of an earlier text)"}${one.comment ? `: ${one.comment}` : ""}`,
          one.voter?.id === one.by?.id ? name(one.by) : `${name(one.by)} for ${name(one.voter)}`,
          one.at,
        ]),
        ["Started", name(run.requestedBy), when(deployment.startedAt)],
        ["Ended", "", when(deployment.finishedAt)],
      ],
    ),
    ...(deployment.reason ? ["", "Reason:", "", ...quote(deployment.reason)] : []),
    "",
    "## What was approved",
    "",
    `Seal \`${file.seal}\`; ${deployment.needed} ${deployment.needed === 1 ? "approval" : "approvals"} needed.`,
    "",
    ...table(["Image", "Reference"], Object.entries(sealed.content.images)),
    "",
    `Settings version ${deployment.configVersion}. Commit ${release.commitId ?? "not known"}.`,
    ...(release.notes.trim() ? ["", "Notes:", "", ...quote(release.notes)] : []),
    "",
    "### Differences",
    "",
    ...table(
      ["Area", "Name", "Before", "After"],
      differences.map((one) => [one.area, one.name, one.before ?? "—", one.after ?? "—"]),
    ),
    "",
    "### Review",
    "",
    ...table(
      ["Question", "Answer"],
      ANSWERS.map(([key, question]) => [question, sealed.answers[key] ? "yes" : "no"]),
    ),
    ...(sealed.answers.manualText.trim() ? ["", ...quote(sealed.answers.manualText)] : []),
    "",
    `Found by looking${irreversible ? " (cannot be taken back)" : ""}:`,
    "",
    ...(found.length > 0 ? found.map((line) => `* ${line}`) : ["Nothing."]),
    "",
    "### Migrations",
    ...(sealed.content.migrations.length === 0 ? ["", "None."] : []),
    ...sealed.content.migrations.flatMap(({ id, sql }) => ["", `\`${id}\``, "", ...fence(sql.split(/\r?\n/))]),
    "",
    "## Backups",
    "",
    ...table(
      ["Policy", "Proven", "When", "Where"],
      file.backups.map((one) => [one.policy, one.proven ?? "no", when(one.provenAt), one.key]),
    ),
    "",
    "## Watched",
    "",
    ...fence(JSON.stringify(file.probes ?? null, null, 2).split("\n")),
    ...(file.comments.length > 0 ? ["", "## Comments"] : []),
    ...file.comments.flatMap(({ by, text, at }) => ["", `${name(by)}, ${at}:`, "", ...quote(text)]),
    "",
    `## Run ${run.id}`,
    ...run.steps.flatMap(describeStep),
    "",
  ].join("\n");
}
