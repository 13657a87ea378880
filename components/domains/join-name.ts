/** What the name under a suffix is; empty: the suffix itself. */
export const joinName = (label: string, suffix: string): string => {
  const own = label.trim().replace(/\.$/, "");
  return own === "" || own === "@" ? suffix : `${own}.${suffix}`;
};
