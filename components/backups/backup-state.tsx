import { type State, StateBadge } from "../ui/state-badge.tsx";

/** How far a backup was proven, in words. */
const PROVEN: Record<string, string> = {
  hash: "Read back",
  decode: "Unpacked",
  restore: "Restored",
  counts: "Restored and counted",
};

export function BackupState({ state, proven }: { state: string; proven: string | null }) {
  const look = ((): { state: State; word: string } => {
    if (state === "running") return { state: "running", word: "Being taken" };
    if (state === "failed") return { state: "failed", word: "Failed" };
    if (proven === "counts" || proven === "restore") return { state: "done", word: PROVEN[proven] ?? "Proven" };
    return { state: "person", word: proven ? `${PROVEN[proven] ?? proven}, not restored` : "Stored, not proven" };
  })();
  return <StateBadge plain alert={look.state === "person"} state={look.state} word={look.word} />;
}
