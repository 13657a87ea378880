import type { AdminSession, PasswordChange, Passwords } from "./types.ts";

const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** Each place the account may come from is an account of its own. */
const accounts = async ({ session }: AdminSession, user: string): Promise<string[]> =>
  (await session.query(`SELECT Host FROM mysql.user WHERE User = ${text(user)}`)).map(
    (host) => `${text(user)}@${text(host)}`,
  );

const only = async (admin: AdminSession, { user, next }: Passwords): Promise<void> => {
  for (const account of await accounts(admin, user))
    await admin.session.query(`ALTER USER ${account} IDENTIFIED BY ${text(next)}`);
};

/** MariaDB lets an account have several ways to sign in: here, several passwords. */
export const changeOnMariadb = (admin: AdminSession): PasswordChange => ({
  async open({ user, next, before }) {
    const ways = [next, ...before].map((password) => `mysql_native_password USING PASSWORD(${text(password)})`);
    for (const account of await accounts(admin, user))
      await admin.session.query(`ALTER USER ${account} IDENTIFIED VIA ${ways.join(" OR ")}`);
  },
  switchTo: (passwords) => only(admin, passwords),
  close: async () => {},
});

/** MySQL keeps one password besides the present one, from 8.0.14 on. */
export const changeOnMysql = (admin: AdminSession): PasswordChange => ({
  async open({ user, next }) {
    // Said twice, it would retain the new one and forget the old.
    if (await admin.signsIn(user, next)) return;
    for (const account of await accounts(admin, user))
      await admin.session.query(`ALTER USER ${account} IDENTIFIED BY ${text(next)} RETAIN CURRENT PASSWORD`);
  },
  async switchTo(passwords) {
    await only(admin, passwords);
    for (const account of await accounts(admin, passwords.user))
      await admin.session.query(`ALTER USER ${account} DISCARD OLD PASSWORD`);
  },
  close: async () => {},
});
