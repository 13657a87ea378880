import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readEvidenceHash } from "../queries/get-evidence.ts";
import { verifyFile } from "./verify-file.ts";

const USAGE = `Usage: npm run evidence:verify -- FILE [SHA-256]

Says whether FILE, the JSON of a deployment's evidence, is what the panel wrote. Without a hash it asks the panel's own audit
trail for it (with the panel's settings); with one, as it stands on the deployment's page, it needs no panel.`;

/** The hash that the audit trail has; null when it has none. */
async function askPanel(bytes: Uint8Array): Promise<string | null> {
  const id = verifyFile(bytes, null).file?.deployment.id;
  return id === undefined ? null : readEvidenceHash(id);
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [path, given] = positionals;
  if (path === undefined || (given !== undefined && !/^[0-9a-f]{64}$/.test(given))) {
    say(USAGE);
    return 2;
  }
  const bytes = readFileSync(path);
  const expected = given ?? (await askPanel(bytes));
  const { hash, problems, file } = verifyFile(bytes, expected);
  if (expected === null) problems.push("There is no hash to hold it against: the audit trail has none of it.");
  say(`SHA-256 ${hash}`);
  if (file)
    say(`${file.service.name}, release ${file.release.number} to ${file.environment.name}: ${file.deployment.state}`);
  for (const problem of problems) say(`✗ ${problem}`);
  if (problems.length > 0) return 1;
  const lines = file?.run.steps.flatMap((step) => step.attempts).reduce((sum, one) => sum + one.lines, 0) ?? 0;
  say(`✓ It is what the panel wrote: ${lines} lines of log, its seal and its approvals agree with it.`);
  return 0;
}

// The client of the database would keep the process alive.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
