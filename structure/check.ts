/**
 * Says what is wrong with the structure of the source tree: import directions, names, cycles, lengths, and paths in the
 * documents that no longer exist. The rules are in `rules.ts`.
 *
 *   node structure/check.ts
 */
import { checkDocuments } from "./check-documents.ts";
import { findProblems } from "./find-problems.ts";
import { listFiles, readSources } from "./read-sources.ts";
import { LINES_AIM } from "./rules.ts";

const files = listFiles();
const sources = readSources(files);
const problems = [...findProblems(sources), ...checkDocuments(files)];

for (const { path, line, rule, message } of problems.sort((a, b) => (a.path < b.path ? -1 : 1)))
  console.error(`${path}:${line} ${rule}: ${message}`);

const long = sources.filter((source) => source.lineCount > LINES_AIM);
const share = Math.round((100 * long.length) / sources.length);
console.log(
  `${sources.length} source files, ${long.length} over ${LINES_AIM} lines (${share} %), ${problems.length} problems of structure.`,
);
if (problems.length > 0) process.exitCode = 1;
