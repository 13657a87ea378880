import type { BackupWorld } from "../testing.ts";

/** What a database of a test holds, and how it is read again: every row, and everything that is not rows. */
type Kind = "mariadb" | "mysql" | "postgresql";

const MARIADB = `
SET NAMES utf8mb4;
CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(80) CHARACTER SET utf8mb4, born DATE, weight DOUBLE, balance DECIMAL(20,6), note TEXT) ENGINE=InnoDB;
CREATE TABLE files (id INT PRIMARY KEY, person INT NOT NULL, body LONGBLOB, meta LONGTEXT, FOREIGN KEY (person) REFERENCES people (id)) ENGINE=InnoDB;
CREATE TABLE \`odd \`\`name\`\` ü\` (\`a b\` INT, \`DEFINER\` VARCHAR(200)) ENGINE=InnoDB;
CREATE TABLE log (at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, what VARCHAR(200)) ENGINE=InnoDB;
CREATE SEQUENCE numbers START WITH 42;
INSERT INTO people (name, born, weight, balance, note) SELECT CONCAT('Zoë Ωmega 🚢 ', seq), '1990-01-01' + INTERVAL seq DAY, seq / 7, seq * 1.000001, REPEAT(CONCAT('line\\n/*!50003 CREATE*/ /*!50017 DEFINER=\`x\`@\`y\`*/ \\\\ ''q'' "d" \\t', seq), 3) FROM seq_1_to_1200;
INSERT INTO people (name) VALUES (NULL), (''), ('-- Dump completed'), ('DROP DATABASE notes; USE mysql;');
INSERT INTO files SELECT id, id, UNHEX(REPEAT(HEX(CHAR(id % 256, 0, 255, 10, 39)), 50)), '{"a": [1, 2]}' FROM people WHERE id <= 300;
INSERT INTO \`odd \`\`name\`\` ü\` VALUES (1, '/*!50013 DEFINER=\`root\`@\`localhost\` SQL SECURITY DEFINER */'), (NULL, NULL);
CREATE VIEW grown AS SELECT id, name FROM people WHERE born < '1992-01-01';
DELIMITER //
CREATE DEFINER=\`root\`@\`localhost\` TRIGGER people_log AFTER INSERT ON people FOR EACH ROW BEGIN INSERT INTO log (at, what) VALUES ('2026-01-01', NEW.name); END//
CREATE PROCEDURE add_person(IN who VARCHAR(80))
BEGIN
  INSERT INTO people (name) VALUES (who);
END//
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2//
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM log WHERE at < '2000-01-01'//
DELIMITER ;
`;

/** Without what only MariaDB has: sequences, as tables and as a source of numbers. */
const MYSQL = MARIADB.replace(/^CREATE SEQUENCE.*$/m, "").replace(
  "FROM seq_1_to_1200",
  "FROM (WITH RECURSIVE n AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM n WHERE seq < 1200) SELECT seq FROM n) numbers",
);

const POSTGRESQL = `
CREATE TYPE mood AS ENUM ('calm', 'rough');
CREATE SEQUENCE numbers START 42;
SELECT nextval('numbers'), nextval('numbers');
CREATE TABLE people (id SERIAL PRIMARY KEY, name TEXT, born DATE, weight DOUBLE PRECISION, balance NUMERIC(20,6), mood mood, tags TEXT[], extra JSONB);
CREATE TABLE files (id INT PRIMARY KEY, person INT NOT NULL REFERENCES people (id), body BYTEA);
CREATE SCHEMA "Other x";
CREATE TABLE "Other x"."Odd ""name"" ü" ("a b" INT, note TEXT);
CREATE TABLE log (what TEXT);
CREATE TABLE rooms (tenant TEXT, room INT);
INSERT INTO rooms VALUES ('a', 1), ('b', 2);
CREATE POLICY own ON rooms USING (tenant = current_user);
ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
ALTER TABLE rooms FORCE ROW LEVEL SECURITY;
INSERT INTO people (name, born, weight, balance, mood, tags, extra) SELECT 'Zoë Ωmega 🚢 ' || n, DATE '1990-01-01' + n, n / 7.0, n * 1.000001, CASE WHEN n % 2 = 0 THEN 'calm' ELSE 'rough' END::mood, ARRAY['a', n::text], jsonb_build_object('n', n, 't', E'line\\n''q''') FROM generate_series(1, 1200) n;
INSERT INTO people (name) VALUES (NULL), (''), (E'\\\\.'), ('DROP DATABASE notes;');
INSERT INTO files SELECT id, id, decode(repeat(lpad(to_hex(id % 256), 2, '0') || '00ff0a27', 50), 'hex') FROM people WHERE id <= 300;
INSERT INTO "Other x"."Odd ""name"" ü" VALUES (1, 'x'), (NULL, NULL);
CREATE VIEW grown AS SELECT id, name FROM people WHERE born < '1992-01-01';
CREATE MATERIALIZED VIEW sums AS SELECT mood, count(*) FROM people GROUP BY mood;
CREATE FUNCTION note_person() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (NEW.name); RETURN NEW; END $$;
CREATE TRIGGER people_log AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION note_person();
CREATE PROCEDURE add_person(who TEXT) LANGUAGE sql AS $$ INSERT INTO people (name) VALUES (who) $$;
SELECT lo_from_bytea(4711, decode('00ff0a', 'hex'));
`;

export const fillDatabase = (world: BackupWorld, kind: Kind): Promise<string> =>
  world.sql({ mariadb: MARIADB, mysql: `SET cte_max_recursion_depth = 2000;${MYSQL}`, postgresql: POSTGRESQL }[kind]);

/** As a person who types the wrong thing: nothing is left in it. */
export async function destroyEverything(world: BackupWorld, kind: Kind): Promise<void> {
  if (kind !== "postgresql") {
    // Grants on it stay, as they do when somebody drops a database.
    await world.sql("DROP DATABASE notes; CREATE DATABASE notes CHARACTER SET utf8mb4;");
    return;
  }
  await world.sql(
    'DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS "Other x" CASCADE; SELECT lo_unlink(oid) FROM pg_largeobject_metadata;',
  );
}

export interface Everything {
  rows: number;
  /** Every row of every table, in an order of its own. */
  content: string;
  /** Names of triggers, routines, events, views, sequences. */
  objects: string[];
}

const inDatabase = (kind: Kind, database: string, sql: string) =>
  kind === "postgresql" ? `\\c ${database}\n${sql}` : `SET NAMES utf8mb4; USE \`${database}\`; ${sql}`;

export async function readEverything(world: BackupWorld, kind: Kind, database = "notes"): Promise<Everything> {
  const ask = (sql: string) => world.sql(inDatabase(kind, database, sql));
  const list = async (sql: string) => (await ask(sql)).split("\n").filter(Boolean);
  const tables = await list(
    kind === "postgresql"
      ? "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1;"
      : "SELECT CONCAT('`', REPLACE(TABLE_NAME, '`', '``'), '`') FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1;",
  );
  let content = "";
  for (const table of tables) {
    const read =
      kind === "postgresql" ? `SELECT t::text FROM ${table} t ORDER BY 1;` : `SELECT * FROM ${table} ORDER BY 1, 2;`;
    content += `== ${table}\n${await ask(read)}\n`;
  }
  let rows = 0;
  for (const table of tables) rows += Number(await ask(`SELECT COUNT(*) FROM ${table};`));
  return { rows, content, objects: await list(kind === "postgresql" ? POSTGRESQL_OBJECTS : MARIADB_OBJECTS) };
}

const MARIADB_OBJECTS = `
SELECT CONCAT('trigger ', TRIGGER_NAME, SHA2(ACTION_STATEMENT, 256)) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
UNION SELECT CONCAT('routine ', ROUTINE_NAME, SHA2(ROUTINE_DEFINITION, 256)) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
UNION SELECT CONCAT('event ', EVENT_NAME, SHA2(EVENT_DEFINITION, 256), STATUS) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
UNION SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()
UNION SELECT CONCAT('key ', TABLE_NAME, CONSTRAINT_NAME) FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = DATABASE()
UNION SELECT CONCAT(TABLE_TYPE, ' ', TABLE_NAME) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1;`;

const POSTGRESQL_OBJECTS = `
SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT 'routine ' || proname || md5(prosrc) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'
UNION SELECT relkind::text || ' ' || relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'Other x')
UNION SELECT 'constraint ' || conname FROM pg_constraint WHERE conrelid > 16000
UNION SELECT 'sequence ' || sequencename || coalesce(last_value::text, '') FROM pg_sequences
UNION SELECT 'type ' || enumlabel FROM pg_enum
UNION SELECT 'large ' || loid || md5(data) FROM pg_largeobject ORDER BY 1;`;
