/** What a sealed secret is bound to: a row copied over another one does not open. */
export const sealContext = (name: string, version: number) => `${name}#${version}`;
