/** Runs one statement and returns its lines. */
type Query = (sql: string) => Promise<string[]>;

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const name = (value: string) => `"${value.replaceAll('"', '""')}"`;

/** They make large objects or write into them; reading them stays. */
const LARGE_OBJECT_WRITERS = [
  ...["lo_creat", "lo_create", "lo_from_bytea", "lo_put", "lo_truncate", "lo_truncate64", "lo_unlink", "lowrite"],
];

/** Where a privilege in this list of them is everybody's. */
const isPublic = (acl: string, privilege: string) =>
  `EXISTS (SELECT 1 FROM aclexplode(${acl}) AS a WHERE a.grantee = 0 AND a.privilege_type = ${text(privilege)})`;

/** "TEMPORARY ON DATABASE notes" and the like: what everybody has and a reader needs none of. */
async function listOpen(query: Query, database: string): Promise<string[]> {
  const temporary = await query(
    `SELECT 1 FROM pg_database WHERE datname = ${text(database)} AND ${isPublic("coalesce(datacl, acldefault('d', datdba))", "TEMPORARY")}`,
  );
  const schemas = await query(
    `SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND ${isPublic("coalesce(nspacl, acldefault('n', nspowner))", "CREATE")} ORDER BY 1`,
  );
  const functions = await query(
    `SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN (${LARGE_OBJECT_WRITERS.map(text).join(", ")}) AND ${isPublic("coalesce(proacl, acldefault('f', proowner))", "EXECUTE")} ORDER BY 1`,
  );
  return [
    ...(temporary.length > 0 ? [`TEMPORARY ON DATABASE ${name(database)}`] : []),
    ...schemas.map((schema) => `CREATE ON SCHEMA ${schema}`),
    ...functions.map((signature) => `EXECUTE ON FUNCTION ${signature}`),
  ];
}

/**
 * Takes from everybody what a reader could leave something behind with (temporary tables, large objects, on old servers tables in
 * “public”), and gives it back to each role that has it now. Once it is done there is nothing to do. False: only a superuser may.
 */
export async function closePublic(query: Query, database: string, isReader: string): Promise<boolean> {
  if ((await query("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper")).length === 0) return false;
  const open = await listOpen(query, database);
  if (open.length === 0) return true;
  const others = await query(
    `SELECT quote_ident(rolname) FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^pg_' AND NOT (${isReader}) ORDER BY 1`,
  );
  await query("BEGIN");
  for (const right of open) {
    if (others.length > 0) await query(`GRANT ${right} TO ${others.join(", ")}`);
    await query(`REVOKE ${right} FROM PUBLIC`);
  }
  await query("COMMIT");
  return true;
}

const DEFINERS_MAX = 50;

/** Functions that `user` may call and that run with the rights of who made them, whatever those are. */
export const listDefiners = (query: Query, user: string): Promise<string[]> =>
  query(
    `SELECT format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid)) FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE prosecdef AND nspname NOT IN ('pg_catalog', 'information_schema') AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype) AND has_schema_privilege(${text(user)}, n.oid, 'USAGE') AND has_function_privilege(${text(user)}, p.oid, 'EXECUTE') ORDER BY 1 LIMIT ${DEFINERS_MAX}`,
  );
