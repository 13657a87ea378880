import type { SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { listVersions, readSecret } from "#lib/secrets/queries.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { databaseServiceName } from "#lib/swarm/names.ts";
import { changeOnMariadb, changeOnMysql } from "../rotation/mariadb.ts";
import { withAdministrator } from "../rotation/open-admin.ts";
import { changeOnPostgresql } from "../rotation/postgresql.ts";
import type { AdminSession, PasswordChange, Passwords } from "../rotation/types.ts";
import { type PasswordInput, passwordInput } from "../schema/steps.ts";

const WORDS = {
  open: "opens with the old and the new password",
  switch: "opens with the new password only",
  close: "the old password is refused",
} as const;

/** The password of one account of a service's own database, on its way from one version to the next. */
export const secretsPassword = defineStep({
  name: "secrets.password",
  queue: "releases",
  input: passwordInput,
  timeoutMs: 10 * 60_000,
  plan: async ({ account, act, secretName, database }) => ({
    changes: [
      {
        action: act === "close" ? "check" : "change",
        kind: "database account",
        name: account === "root" ? "root" : (database?.userName ?? secretName),
        detail: WORDS[act],
      },
    ],
  }),
  apply: applyPassword,
  verify: verifyPassword,
  // Of both passwords at least one opens, and the panel keeps both: the rotation can be gone on with.
  undo: async () => {},
});

const CHANGES = {
  mariadb: changeOnMariadb,
  mysql: changeOnMysql,
  postgresql: changeOnPostgresql,
} as const satisfies Record<string, (admin: AdminSession) => PasswordChange>;

interface Job {
  source: SqlBackupSource;
  passwords: Passwords;
  administrator: { user: string; passwords: string[] };
}

async function readJob(input: PasswordInput, ctx: StepContext): Promise<Job> {
  const { database, account, serviceName, environment, stackName, secretName, version } = input;
  if (!database) throw new Error("A password without a database");
  const [appSecret, rootSecret] = DATABASE_SECRETS.map((name) => secretFullName(serviceName, name, environment));
  const isPostgres = database.engine === "postgresql";
  const adminSecret = (isPostgres ? appSecret : rootSecret) ?? "";
  const read = async (name: string) => {
    const values = (await listVersions(db(), name)).map(({ version, value }) => ({
      version,
      text: value.toString("utf8"),
    }));
    for (const { text } of values) ctx.redact(text);
    return values;
  };
  const next = (await readSecret(db(), secretName, version)).value.toString("utf8");
  ctx.redact(next);
  const mine = await read(secretName);
  const admins = adminSecret === secretName ? mine : await read(adminSecret);
  return {
    source: {
      ...{ kind: database.engine, stackName, swarmService: databaseServiceName(stackName) },
      ...{ databaseName: database.databaseName, userName: database.userName, passwordSecret: appSecret ?? "" },
      rootPasswordSecret: isPostgres ? null : (rootSecret ?? null),
    },
    passwords: {
      user: account === "root" ? "root" : database.userName,
      next,
      before: mine.filter((one) => one.version < version).map(({ text }) => text),
    },
    administrator: {
      user: isPostgres ? database.userName : "root",
      passwords: admins.map(({ text }) => text),
    },
  };
}

async function applyPassword(input: PasswordInput, ctx: StepContext): Promise<{ account: string }> {
  const { source, passwords, administrator } = await readJob(input, ctx);
  const { user, next, before } = passwords;
  await ctx.guard();
  await withAdministrator(source, administrator, ctx, async (admin) => {
    const change = CHANGES[source.kind](admin);
    if (input.act === "open") await change.open(passwords);
    if (input.act === "switch") await change.switchTo(passwords);
    if (input.act === "close") await change.close(passwords);
    if (input.act === "open") return;
    if (!(await admin.signsIn(user, next)))
      throw new AppError({
        code: "secrets.new_refused",
        message: `The database refuses ${user} with the new password, right after it was set.`,
        retry: "retry",
      });
    for (const old of before)
      if (await admin.signsIn(user, old))
        throw new AppError({
          code: "secrets.old_opens",
          message: `The database still lets ${user} in with an old password.`,
          advice: "Look whether the account is there twice, for several hosts; then retry this step.",
          retry: "needs_person",
        });
  });
  ctx.log.info(
    `${user}: ${WORDS[input.act]}${input.act === "open" || before.length > 0 ? "" : " (there is no old one)"}`,
  );
  return { account: user };
}

async function verifyPassword(input: PasswordInput, ctx: StepContext): Promise<VerifyResult> {
  const { source, passwords, administrator } = await readJob(input, ctx);
  const opens = await withAdministrator(source, administrator, ctx, (admin) =>
    admin.signsIn(passwords.user, passwords.next),
  );
  return {
    ok: opens,
    reason: opens
      ? `${passwords.user} signs in with version ${input.version} of ${input.secretName}.`
      : `The database refuses ${passwords.user} with version ${input.version} of ${input.secretName}.`,
  };
}
