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
  /** More than these are only counted. */
  most?: number;
}

/** What name servers answer. Addresses stay whole; long texts may break anywhere. */
export function RecordValues({ values, most = values.length }: RecordValuesProps) {
  const shown = values.slice(0, most);
  return (
    <ul>
      {shown.map((value) => (
        <li key={value}>
          <code
            className={
              value.length <= 40
                ? "whitespace-nowrap max-sm:whitespace-normal max-sm:break-all"
                : most < values.length || most < 4
                  ? "line-clamp-2 break-all"
                  : "break-all"
            }
          >
            {value === "" ? '""' : value}
          </code>
        </li>
      ))}
      {values.length > most ? <li className="text-muted text-xs">and {values.length - most} more</li> : null}
    </ul>
  );
}
