import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { listSettings } from "./compare-config.ts";

/** The settings for those who do not change them. */
export function SettingsCard({ content }: { content: EnvironmentConfigContent }) {
  return (
    <Card>
      <CardHeader title="Settings" note="The service’s owner and administrators change them." />
      <CardBody>
        <Facts className="grid-cols-[minmax(0,2fr)_minmax(0,3fr)] sm:grid-cols-[minmax(6.5rem,16rem)_minmax(0,1fr)]">
          {listSettings(content).map(({ key, label, text }) => (
            <Fact key={key} name={<span className="break-all">{label}</span>}>
              <span className="break-all">{text}</span>
            </Fact>
          ))}
        </Facts>
      </CardBody>
    </Card>
  );
}
