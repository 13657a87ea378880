import {
  type BitwardenAccount,
  listBitwarden,
  readBitwarden,
  removeBitwarden,
  writeBitwarden,
} from "#lib/integrations/bitwarden/client.ts";
import type { SecretStore } from "../types.ts";

const NOTE = /^Kept by Seaworthy, version (\d+)\b/;
const noteOf = (version: number) => `Kept by Seaworthy, version ${version}`;

/** Bitwarden Secrets Manager: one secret a name, whose value is replaced. */
export function openBitwardenStore(account: BitwardenAccount): SecretStore {
  const findByName = async (name: string, signal: AbortSignal) =>
    (await listBitwarden(account, signal)).filter(({ key }) => key === name);
  return {
    kind: "bitwarden",
    async put({ name, version, value }, signal) {
      const [present] = await findByName(name, signal);
      const secret = { key: name, value: value.toString("utf8"), note: noteOf(version) };
      const { id } = await writeBitwarden(account, { id: present?.id ?? null, ...secret }, signal);
      // A worker that died after it was made, or a rival: the first stays.
      const all = (await findByName(name, signal)).map((one) => one.id).sort();
      const kept = present?.id ?? all[0] ?? id;
      for (const other of all) if (other !== kept) await removeBitwarden(account, other, signal);
      if (kept !== id) await writeBitwarden(account, { id: kept, ...secret }, signal);
      return { externalId: kept };
    },
    async read(name, signal) {
      const [present] = await findByName(name, signal);
      const found = present && (await readBitwarden(account, present.id, signal));
      return found ? Buffer.from(found.value) : null;
    },
    remove: (externalId, signal) => removeBitwarden(account, externalId, signal),
    async list(serviceName, signal) {
      const mine = (await listBitwarden(account, signal)).filter(({ key }) =>
        key.startsWith(`services.${serviceName}.`),
      );
      const entries = [];
      for (const { id, key } of mine) {
        const version = Number(NOTE.exec((await readBitwarden(account, id, signal))?.note ?? "")?.[1] ?? 0);
        // What somebody keeps there by hand under such a name is theirs.
        if (version > 0) entries.push({ name: key, version, externalId: id });
      }
      return entries;
    },
  };
}
