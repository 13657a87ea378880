import { MANAGERS, type Manager } from "../constants.ts";

/** "python3-flask-login" for Flask_Login: what Debian's own rules of naming make of it. */
export function guessDebian(manager: Manager, name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/^@/, "")
    .replaceAll(/[^a-z0-9.+]+/g, "-");
  const { debian } = MANAGERS[manager];
  if (manager === "pip") return `${debian}${plain.replace(/^python-/, "")}`;
  return plain.startsWith(debian) ? plain : `${debian}${plain}`;
}

/** What Repology calls the project; what it has no name for is looked for under none. */
export const repologyProject = (manager: Manager, name: string): string =>
  `${MANAGERS[manager].repology}${name
    .toLowerCase()
    .replace(/^@/, "")
    .replaceAll(/[^a-z0-9.+]+/g, "-")}`;
