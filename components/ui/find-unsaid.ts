/** What is wrong and none of these texts says, with the path it is about: there is no label to read it beside. */
export const findUnsaid = (fields: Readonly<Record<string, string>>, said: readonly string[]): string[] =>
  Object.entries(fields)
    .filter(([, message]) => !said.some((text) => text.includes(message)))
    .map(([path, message]) => `${message} (${path})`);
