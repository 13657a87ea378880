import { isAbsolute, resolve, sep } from "node:path";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { AppError } from "#lib/platform/errors.ts";

/** The only members of a container spec the panel writes. Docker grows new ones; they stay out until somebody thought about them. */
const CONTAINER_FIELDS = new Set(["Image", "Labels", "Env", "Mounts", "Secrets", "StopGracePeriod", "Healthcheck"]);
const TEMPLATE_FIELDS = new Set(["ContainerSpec", "Resources", "RestartPolicy", "Placement", "Networks"]);

const refuse = (message: string) =>
  new AppError({
    code: "stack.unsafe",
    message,
    advice: "Change the service's answers; the panel never runs this.",
    status: 422,
  });

const isInside = (folder: string, path: string) => path === folder || path.startsWith(folder + sep);

/**
 * Refuses what would give a service more than its own: mounts of the host outside its folder, privileges, capabilities,
 * the host's network. Called by the worker right before a spec goes to Docker, whatever the wizard allowed.
 */
export function assertSafeSpec(spec: ServiceSpec, allowed: { serviceFolder: string; networkId: string }): void {
  const template: Record<string, unknown> = { ...spec.TaskTemplate };
  for (const [name, value] of Object.entries(template))
    if (value !== undefined && !TEMPLATE_FIELDS.has(name)) throw refuse(`The service asks for ${name}.`);
  const container = (template.ContainerSpec ?? {}) as Record<string, unknown> & { Mounts?: Mount[] };
  for (const [name, value] of Object.entries(container))
    if (value !== undefined && !CONTAINER_FIELDS.has(name)) throw refuse(`The container asks for ${name}.`);
  for (const mount of container.Mounts ?? []) assertSafeMount(mount, allowed);
  for (const { Target } of (template.Networks ?? []) as { Target?: string }[])
    if (Target !== allowed.networkId) throw refuse(`The service asks for a network that is not its own: ${Target}.`);
}

interface Mount {
  Type?: string;
  Source?: string;
  Target?: string;
  BindOptions?: unknown;
  VolumeOptions?: { DriverConfig?: { Name?: string; Options?: Record<string, string> } };
}

function assertSafeMount(mount: Mount, allowed: { serviceFolder: string }): void {
  const source = mount.Source ?? "";
  if (mount.Type === "bind") {
    if (!isAbsolute(source) || source !== resolve(source) || !isInside(allowed.serviceFolder, source))
      throw refuse(`The service asks for the host's folder ${source}, which is outside ${allowed.serviceFolder}.`);
    if (mount.BindOptions !== undefined) throw refuse("The service asks for options of a bind mount.");
    return;
  }
  if (mount.Type !== "volume") throw refuse(`The service asks for a mount of type ${mount.Type}.`);
  if (!/^[a-z0-9][a-zA-Z0-9_.-]+$/.test(source)) throw refuse(`"${source}" is not the name of a volume.`);
  const driver = mount.VolumeOptions?.DriverConfig;
  // A "local" volume with options can be a bind mount of anything.
  if (driver && (driver.Name !== "local" || Object.keys(driver.Options ?? {}).length > 0))
    throw refuse("The service asks for a volume driver with options of its own.");
}
