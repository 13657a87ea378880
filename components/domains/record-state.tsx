import { StateBadge } from "../ui/state-badge.tsx";
import { stateOfRecord } from "./record-words.ts";

export function RecordState({ state, plain = true }: { state: string; plain?: boolean }) {
  const { alert, ...shown } = stateOfRecord(state);
  return <StateBadge plain={plain} alert={alert ?? false} {...shown} />;
}

export function CertificateState({ state }: { state: string }) {
  if (state === "issued") return <StateBadge plain state="done" word="Issued" />;
  if (state === "failed") return <StateBadge plain state="failed" word="Refused" />;
  if (state === "revoked") return <StateBadge plain state="undone" word="Revoked" />;
  return <StateBadge plain state="running" word="Being issued" />;
}

interface RecordValuesProps {
  values: string[];
  /** More than these are only counted, and long ones are cut. */
  most?: number;
}

/** What name servers answer. Addresses stay whole; long texts may break anywhere. */
export function RecordValues({ values, most }: RecordValuesProps) {
  const shown = values.slice(0, most);
  const hidden = values.length - shown.length;
  return (
    <ul>
      {shown.map((value) => (
        <li key={value}>
          <code title={value} className={lookOf(value, most !== undefined)}>
            {value === "" ? '""' : value}
          </code>
        </li>
      ))}
      {hidden > 0 ? <li className="text-muted text-xs">and {hidden} more</li> : null}
    </ul>
  );
}

const SHORT = 40;
function lookOf(value: string, isCut: boolean): string {
  if (value.length <= SHORT) return "whitespace-nowrap max-sm:whitespace-normal max-sm:break-all";
  return isCut ? "line-clamp-2 break-all" : "break-all";
}
