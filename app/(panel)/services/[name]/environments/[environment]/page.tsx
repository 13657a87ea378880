import type { Metadata } from "next";
import { ConfigEditor } from "#components/environments/config-editor.tsx";
import { EnvironmentHeading } from "#components/environments/environment-heading.tsx";
import { loadConfig } from "../load-config.ts";

interface Props {
  params: Promise<{ name: string; environment: string }>;
}

const readParams = async (params: Props["params"]) => {
  const { name, environment } = await params;
  return { serviceName: decodeURIComponent(name), environment: decodeURIComponent(environment) };
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { serviceName, environment } = await readParams(params);
  return { title: `${environment} · ${serviceName}` };
}

export default async function EnvironmentPage({ params }: Props) {
  const place = await readParams(params);
  const config = await loadConfig(place.serviceName, place.environment);
  const isOther = config.running !== null && config.running !== config.version;
  const running = isOther ? await loadConfig(place.serviceName, place.environment, config.running ?? undefined) : null;
  return (
    <>
      <EnvironmentHeading place={place} />
      <ConfigEditor
        key={`${place.serviceName} ${place.environment}`}
        place={place}
        initialData={config}
        initialRunning={running}
      />
    </>
  );
}
