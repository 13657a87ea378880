import { StateBadge } from "../ui/state-badge.tsx";

export function RecordState({ state }: { state: string }) {
  if (state === "in_sync") return <StateBadge plain state="done" word="In sync" />;
  if (state === "error") return <StateBadge plain state="failed" word="Refused" />;
  return <StateBadge plain state="running" word="Spreading" />;
}

export function CertificateState({ state }: { state: string }) {
  if (state === "issued") return <StateBadge plain state="done" word="Issued" />;
  if (state === "failed") return <StateBadge plain state="failed" word="Refused" />;
  if (state === "revoked") return <StateBadge plain state="undone" word="Revoked" />;
  return <StateBadge plain state="running" word="Being issued" />;
}

/** What name servers answer. Addresses stay whole; long texts may break anywhere. */
export function RecordValues({ values }: { values: string[] }) {
  return (
    <ul>
      {values.map((value) => (
        <li key={value}>
          <code className={value.length > 40 ? "break-all" : "whitespace-nowrap"}>{value}</code>
        </li>
      ))}
    </ul>
  );
}
