const DAY_MS = 86_400_000;

/** Whole days until a certificate expires. */
export const countDaysLeft = (notAfter: Date, now: Date = new Date()): number =>
  Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);

/** Time for a new one: a third of the lifetime is left, whatever the lifetime is. */
export function isDueForRenewal(notBefore: Date, notAfter: Date, now: Date = new Date()): boolean {
  return notAfter.getTime() - now.getTime() < (notAfter.getTime() - notBefore.getTime()) / 3;
}

/** A certificate's identity: its names, sorted and joined. */
export const toNamesKey = (names: readonly string[]): string => [...new Set(names)].sort().join(",");

/** File names of its downloads begin so: `wildcard.sam.example.org` for `*.sam.example.org`. */
const toFileBase = (names: readonly string[]): string =>
  (names[0] ?? "certificate").replace(/^\*/, "wildcard").slice(0, 90);

/** Names of the files one can download, as instructions and headers say them. */
export function nameFiles(names: readonly string[]) {
  const base = toFileBase(names);
  return {
    certificate: `${base}.cert.pem`,
    chain: `${base}.chain.pem`,
    fullchain: `${base}.fullchain.pem`,
    key: `${base}.key.pem`,
    pkcs12: `${base}.p12`,
  } as const;
}

/** The wildcard among `names` that covers this name already: authorities refuse a certificate with both. */
export const findRedundant = (name: string, names: readonly string[]): string | undefined => {
  const cover = `*.${name.split(".").slice(1).join(".")}`;
  return cover !== name && names.includes(cover) ? cover : undefined;
};
