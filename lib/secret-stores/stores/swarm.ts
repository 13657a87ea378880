import { createSecret, findSecret, listSecrets, removeSecret } from "#lib/integrations/docker/swarm.ts";
import { LABELS, nameInSwarm } from "#lib/swarm/names.ts";
import type { SecretStore } from "../types.ts";

/** The swarm's own secrets. Each version is a secret of its own, and its value never comes back. */
export const swarmStore: SecretStore = {
  kind: "swarm",
  async put({ name, version, value, serviceName }, signal) {
    const externalId = nameInSwarm(name, version);
    if (await findSecret(externalId, signal)) return { externalId };
    const labels = {
      [LABELS.service]: serviceName,
      [LABELS.secret]: name,
      [LABELS.secretSource]: name,
      [LABELS.secretVersion]: String(version),
    };
    await createSecret({ name: externalId, value, labels }, signal);
    return { externalId };
  },
  remove: (externalId, signal) => removeSecret(externalId, signal),
  async list(serviceName, signal) {
    const secrets = await listSecrets([`${LABELS.service}=${serviceName}`], signal);
    return secrets.flatMap(({ Spec: { Name, Labels } }) => {
      const name = Labels[LABELS.secret];
      const version = Number(Labels[LABELS.secretVersion]);
      return name && version > 0 ? [{ name, version, externalId: Name }] : [];
    });
  },
};
