/** A person of the demo, as the directory behind a real identity provider would know them. */
export interface Account {
  id: string;
  givenName: string;
  surname: string;
  job: string;
  groups: string[];
}

export const ACCOUNTS: Account[] = [
  { id: "vera", givenName: "Vera", surname: "Vale", job: "Viewer", groups: ["seaworthy-viewers"] },
  { id: "sam", givenName: "Sam", surname: "Sand", job: "Staff", groups: ["seaworthy-staff"] },
  { id: "steph", givenName: "Steph", surname: "Stone", job: "Staff", groups: ["seaworthy-staff"] },
  { id: "mark", givenName: "Mark", surname: "Mast", job: "Manager", groups: ["seaworthy-managers"] },
  { id: "mona", givenName: "Mona", surname: "Moor", job: "Manager", groups: ["seaworthy-managers"] },
  { id: "dana", givenName: "Dana", surname: "Dock", job: "Database administrator", groups: ["seaworthy-dbas"] },
  { id: "ada", givenName: "Ada", surname: "Anchor", job: "Administrator", groups: ["seaworthy-admins"] },
  { id: "nora", givenName: "Nora", surname: "Net", job: "In no group, so without a role", groups: [] },
];

export const emailOf = ({ id }: Account) => `${id}@seaworthy.test`;

/** What the provider says of an account; an attribute with several values is an array. */
export function attributesOf(account: Account): Record<string, string | string[]> {
  const { givenName, surname, groups } = account;
  return { email: emailOf(account), displayName: `${givenName} ${surname}`, givenName, surname, groups };
}
