import type { State } from "../ui/state-badge.tsx";

interface Answer {
  values: readonly string[] | null;
  problem: string | null;
}

interface Judged {
  state: State;
  word: string;
}

/** Names are the same in any case; everything else must be equal. */
const sortedText = (values: readonly string[]) =>
  JSON.stringify([...values].map((value) => value.toLowerCase()).sort());

/** Whether an answer is what it should be. `wanted` null: nothing should be answered any more. */
export function judgeAnswer(
  { values, problem }: Answer,
  wanted: { values: readonly string[] } | null,
  isCache: boolean,
): Judged {
  if (problem || values === null) return { state: "waiting", word: "No answer" };
  if (sortedText(values) === sortedText(wanted?.values ?? []))
    return { state: "done", word: wanted ? "Right" : "Gone" };
  if (isCache) return { state: "waiting", word: values.length === 0 ? "Not known yet" : "Older answer" };
  if (values.length === 0) return { state: "person", word: "Not there" };
  return { state: "person", word: wanted ? "Another answer" : "Still there" };
}
