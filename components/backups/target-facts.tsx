import type { TargetView } from "#lib/backups/types.ts";
import { formatBytes, formatCount } from "#lib/platform/format.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { namePlace, TARGET_WORDS } from "./words.ts";

/** Where it is and how much is there. Its secret is shown to nobody. */
export function TargetFacts({ target }: { target: TargetView }) {
  const { config } = target;
  return (
    <Card>
      <CardHeader title="What it is" />
      <CardBody>
        <Facts>
          <Fact name="Kind">{TARGET_WORDS[config.kind]}</Fact>
          <Fact name="Place">
            <span className="break-all font-mono text-sm">{namePlace(config)}</span>
          </Fact>
          {config.kind === "s3" ? (
            <Fact name="As">
              <span className="break-all font-mono text-sm">{config.accessKeyId}</span>
            </Fact>
          ) : null}
          {config.kind === "ssh" ? (
            <Fact name="Host key">
              <span className="break-all font-mono text-sm">{config.hostKey}</span>
            </Fact>
          ) : null}
          {config.kind === "disk" ? null : <Fact name="Secret">{target.hasSecret ? "kept" : "none is kept"}</Fact>}
          <Fact name="Policies">{formatCount(target.policies)}</Fact>
          <Fact name="Backups">
            {formatCount(target.points)}, {formatBytes(target.storedBytes)}
          </Fact>
          <Fact name="Checked">{target.checkedAt ? <RelativeTime at={target.checkedAt} /> : "never"}</Fact>
          <Fact name="Id">
            <MonoId value={target.id} what="target" />
          </Fact>
        </Facts>
      </CardBody>
    </Card>
  );
}
