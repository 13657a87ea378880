import { backupTime } from "./backups.ts";
import { backupsBesidePeople } from "./backups-beside-people.ts";
import { board } from "./board.ts";
import { dnsPass } from "./dns-pass.ts";
import { engineSteps } from "./engine-steps.ts";
import { firstLogLine } from "./first-log-line.ts";
import type { Measure } from "./measure.ts";
import { stackStep } from "./stack-step.ts";

/** Each is run by itself, one after the other, on a world that is otherwise idle. */
const MEASURES: readonly Measure[] = [
  engineSteps,
  firstLogLine,
  stackStep,
  dnsPass,
  backupTime,
  backupsBesidePeople,
  board,
];

const json = process.argv.includes("--json");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const chosen = MEASURES.filter(({ key }) => wanted.length === 0 || (key !== undefined && wanted.includes(key)));
if (chosen.length === 0) throw new Error(`There is nothing to measure under ${wanted.join(", ")}.`);
let failed = false;
for (const measure of chosen) {
  if (!json) console.log(`\n${measure.title}`);
  try {
    for (const result of await measure.run()) {
      if (json) console.log(JSON.stringify(result));
      else console.log(`  ${result.name}: ${result.value} ${result.unit} (${result.baseline}; ${result.ratio}×)`);
    }
  } catch (error) {
    failed = true;
    console.error(`${measure.title}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exit(failed ? 1 : 0);
