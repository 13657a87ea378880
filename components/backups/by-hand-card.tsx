import type { BackupPoint } from "#lib/backups/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { StateBadge } from "../ui/state-badge.tsx";

/** The way back without the panel: it may be the panel that is gone. */
export function ByHandCard({ point: { byHand } }: { point: BackupPoint }) {
  if (byHand.length === 0) return null;
  const replacing = byHand.some(({ replaces }) => replaces);
  return (
    <Card id="by-hand">
      <CardHeader
        title="By hand"
        note={
          replacing
            ? "Without the panel, beside the living data; what would replace that says so."
            : "Without the panel, beside the living data: nothing here replaces or removes anything."
        }
        actions={
          <CopyButton
            text={byHand
              .filter(({ replaces }) => !replaces)
              .map(({ about, command }) => `# ${about}\n${command}`)
              .join("\n\n")}
            label={replacing ? "Copy all commands but those that replace" : "Copy all commands"}
          />
        }
      />
      <CardBody>
        <ol className="grid grid-cols-1 gap-4">
          {byHand.map(({ about, command, replaces }, index) => (
            <li key={about} className="min-w-0">
              <p className="pb-1">
                <span className="text-muted tabular-nums">{index + 1}.</span> {about}
                {replaces ? <StateBadge alert state="person" word="Replaces what lives" className="ml-2" /> : null}
              </p>
              <div className="flex items-start gap-1 rounded-md border border-line bg-sunken">
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
                <pre tabIndex={0} className="min-w-0 flex-1 overflow-x-auto px-3 py-2 text-sm">
                  <code>{command}</code>
                </pre>
                <CopyButton text={command} label="Copy this command" className="m-1" />
              </div>
            </li>
          ))}
        </ol>
      </CardBody>
    </Card>
  );
}
