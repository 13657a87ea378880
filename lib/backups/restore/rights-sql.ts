// PostgreSQL's statements about settings and rights. Those that give something are made by the server, of names that never leave it.

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const OWN = "nspname !~ '^pg_' AND nspname <> 'information_schema'";
const GRANTEE = "CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END";
const TO_GRANTEE = "' TO ' || grantee || CASE WHEN grantable THEN ' WITH GRANT OPTION' ELSE '' END";

/** Everything that rights are given on, called as a GRANT does. `type` is acldefault's. */
const OBJECTS = `
SELECT target, acl, type::"char", owner FROM (
  SELECT 'SCHEMA ' || quote_ident(nspname), nspacl, 'n', nspowner FROM pg_namespace WHERE ${OWN}
  UNION ALL SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || format('%I.%I', nspname, relname), relacl,
    CASE relkind WHEN 'S' THEN 's' ELSE 'r' END, relowner
    FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE relkind IN ('r', 'v', 'm', 'f', 'p', 'S') AND ${OWN}
  UNION ALL SELECT 'ROUTINE ' || p.oid::regprocedure, proacl, 'f', proowner
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace WHERE ${OWN}
  UNION ALL SELECT 'TYPE ' || format('%I.%I', nspname, typname), typacl, 'T', typowner
    FROM pg_type JOIN pg_namespace AS n ON n.oid = typnamespace WHERE ${OWN}
  UNION ALL SELECT 'LANGUAGE ' || quote_ident(lanname), lanacl, 'l', lanowner FROM pg_language WHERE lanpltrusted
  UNION ALL SELECT 'FOREIGN SERVER ' || quote_ident(srvname), srvacl, 'S', srvowner FROM pg_foreign_server
  UNION ALL SELECT 'LARGE OBJECT ' || oid, lomacl, 'L', lomowner FROM pg_largeobject_metadata
) AS object (target, acl, type, owner)`;

/** Who may do what on which of them; without a privilege, nobody may do anything. */
const listRights = (which: string) => `
SELECT target, privilege_type AS privilege, ${GRANTEE} AS grantee, is_grantable AS grantable, quote_ident(pg_get_userbyid(owner)) AS owner
  FROM (${OBJECTS}) AS objects LEFT JOIN LATERAL aclexplode(coalesce(acl, acldefault(type, owner))) ON true WHERE ${which}
UNION ALL SELECT 'TABLE ' || format('%I.%I', nspname, relname), format('%s (%I)', privilege_type, attname), ${GRANTEE}, is_grantable,
  quote_ident(pg_get_userbyid(relowner))
  FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid JOIN pg_namespace AS n ON n.oid = relnamespace, aclexplode(attacl)
  WHERE NOT attisdropped AND ${OWN}`;

/** Those that somebody gave or took, and those of owners who may not do everything anyway: what is restored is the app's user's. */
export const GIVEN_RIGHTS = listRights(
  "acl IS NOT NULL OR (type <> 'T' AND owner NOT IN (SELECT oid FROM pg_roles WHERE rolsuper))",
);
export const WANTED = "wanted (target text, privilege text, grantee text, grantable boolean, owner text)";

export const MISSING_OBJECTS = `SELECT DISTINCT translate(target, E'\\n\\r', '  ') || ': is not in what was restored' FROM wanted
  WHERE grantee <> owner AND target NOT IN (SELECT target FROM (${OBJECTS}) AS objects)`;

/** From what is wanted and what the restored database has, which are the rights that PostgreSQL gives by itself. */
export const RIGHTS_TO_CARRY = `
WITH held AS (${listRights("target IN (SELECT target FROM wanted)")}), given AS (
  SELECT target, privilege, grantee, grantable FROM wanted WHERE privilege IS NOT NULL AND target IN (SELECT target FROM (${OBJECTS}) AS objects)
  EXCEPT SELECT target, privilege, grantee, grantable FROM held)
SELECT 'GRANT ' || privilege || ' ON ' || target || ${TO_GRANTEE} FROM given
UNION ALL SELECT 'REVOKE ' || privilege || ' ON ' || target || ' FROM ' || grantee FROM held
  WHERE (grantee <> owner OR (target, owner) IN (SELECT target, owner FROM wanted)) AND NOT EXISTS (SELECT 1 FROM wanted AS w WHERE
  (w.target, w.privilege, w.grantee) = (held.target, held.privilege, held.grantee))`;

/** Statements that make the default privileges of a database in another one. */
export const DEFAULT_RIGHTS = `
WITH defaults AS (
  SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I', pg_get_userbyid(defaclrole)) || coalesce(' IN SCHEMA ' || quote_ident(nspname), '') AS made_by,
    CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS target,
    defaclacl AS acl, CASE WHEN defaclnamespace = 0 THEN acldefault(CASE defaclobjtype WHEN 'S' THEN 's' ELSE defaclobjtype END, defaclrole) END AS usual
  FROM pg_default_acl LEFT JOIN pg_namespace AS n ON n.oid = defaclnamespace),
given AS (SELECT made_by, target, privilege_type AS privilege, ${GRANTEE} AS grantee, is_grantable AS grantable FROM defaults, aclexplode(acl)),
usual AS (SELECT made_by, target, privilege_type AS privilege, ${GRANTEE} AS grantee FROM defaults, aclexplode(usual))
SELECT made_by || ' GRANT ' || privilege || ' ON ' || target || ${TO_GRANTEE} AS statement FROM given
UNION ALL SELECT made_by || ' REVOKE ' || privilege || ' ON ' || target || ' FROM ' || grantee
  FROM (SELECT * FROM usual EXCEPT SELECT made_by, target, privilege, grantee FROM given) AS taken`;

/** What no restore makes, for only a superuser may or because it names other servers. */
export const LEFT_OUT = `
SELECT format('event trigger %I', translate(evtname, E'\\n\\r', '  ')) FROM pg_event_trigger
UNION ALL SELECT format('publication %I', translate(pubname, E'\\n\\r', '  ')) FROM pg_publication
UNION ALL SELECT format('subscription %I', translate(subname, E'\\n\\r', '  ')) FROM pg_subscription
  WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Lists that keep their quotes: given as one text they would be one name. */
const LISTS = "'search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries'";

/** What belongs to a database's number and not to its name: settings, also of single roles in it, who may connect, and how often. */
export const settingsToCarry = (from: string, to: string) => `
WITH setting AS (
  SELECT CASE setrole WHEN 0 THEN format('ALTER DATABASE %I', ${text(to)}) ELSE format('ALTER ROLE %I IN DATABASE %I', pg_get_userbyid(setrole), ${text(to)}) END AS alter,
    split_part(one, '=', 1) AS name, substr(one, strpos(one, '=') + 1) AS value
  FROM pg_db_role_setting JOIN pg_database AS d ON d.oid = setdatabase, unnest(setconfig) AS one WHERE datname = ${text(from)}),
held AS (
  SELECT datname, privilege_type AS privilege, ${GRANTEE} AS grantee, is_grantable AS grantable, quote_ident(pg_get_userbyid(datdba)) AS owner
  FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))),
given AS (
  SELECT privilege, grantee, grantable FROM held WHERE datname = ${text(from)}
  EXCEPT SELECT privilege, grantee, grantable FROM held WHERE datname = ${text(to)})
SELECT CASE WHEN name IN (${LISTS})
  THEN format('SELECT set_config(%L, %L, true); %s SET %I FROM CURRENT; SET LOCAL search_path = pg_catalog', name, value, alter, name)
  ELSE format('%s SET %I TO %L', alter, name, value) END FROM setting
UNION ALL SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', ${text(to)}, datconnlimit) FROM pg_database WHERE datname = ${text(from)} AND datconnlimit >= 0
UNION ALL SELECT format('GRANT %s ON DATABASE %I', privilege, ${text(to)}) || ${TO_GRANTEE} FROM given
UNION ALL SELECT format('REVOKE %s ON DATABASE %I FROM %s', privilege, datname, grantee) FROM held WHERE datname = ${text(to)} AND grantee <> owner AND NOT EXISTS
  (SELECT 1 FROM held AS h WHERE h.datname = ${text(from)} AND (h.privilege, h.grantee) = (held.privilege, held.grantee))`;
