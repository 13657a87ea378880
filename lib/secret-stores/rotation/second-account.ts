/** Longest name a server keeps, less what is put behind it. */
const NAME_MAX = 57;

/** The account a service signs in with while the password of its own one is changed. */
export const secondAccount = (user: string): string => `${user.slice(0, NAME_MAX)}_next`;
