/**
 * The SQL that creates the whole schema, derived from Prisma's own reading of schema.prisma (DMMF).
 * `prisma migrate diff` needs a native engine that cannot be had everywhere; this needs none.
 *
 *   node prisma/schema-sql.ts            prints the SQL of the present schema
 *
 * Migrations after the first are written by hand; `migrate.test.ts` proves that they arrive at the schema.
 */
import { readFileSync } from "node:fs";
import internals from "@prisma/internals";

type Model = Awaited<ReturnType<typeof internals.getDMMF>>["datamodel"]["models"][number];
type Field = Model["fields"][number];

const DEFAULT_TYPES: Record<string, string> = {
  String: "VARCHAR(191)",
  Int: "INTEGER",
  BigInt: "BIGINT",
  Boolean: "BOOLEAN",
  DateTime: "DATETIME(3)",
  Json: "JSON",
  Bytes: "LONGBLOB",
};

export async function readDatamodel() {
  const datamodel = readFileSync(new URL("./schema.prisma", import.meta.url), "utf8");
  return (await internals.getDMMF({ datamodel })).datamodel;
}

/** SQL type of a scalar field, such as `VARCHAR(40)`. */
export function columnType(field: Field): string {
  if (field.nativeType) {
    const [name, args] = field.nativeType;
    return args.length > 0 ? `${name.toUpperCase()}(${args.join(",")})` : name.toUpperCase();
  }
  const type = DEFAULT_TYPES[field.type];
  if (!type) throw new Error(`no SQL type for ${field.type}`);
  return type;
}

function columnDefault(field: Field): string {
  const value = field.default;
  if (value === undefined) return "";
  if (typeof value === "object" && value !== null && "name" in value) {
    if (value.name === "now") return " DEFAULT CURRENT_TIMESTAMP(3)";
    if (value.name === "autoincrement") return " AUTO_INCREMENT";
    return "";
  }
  if (typeof value === "boolean") return ` DEFAULT ${value}`;
  return typeof value === "number" ? ` DEFAULT ${value}` : ` DEFAULT '${String(value).replaceAll("'", "''")}'`;
}

const quote = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
const ON_DELETE: Record<string, string> = { Cascade: "CASCADE", SetNull: "SET NULL", Restrict: "RESTRICT" };

export async function schemaSql(): Promise<string> {
  const { models, indexes } = await readDatamodel();
  const tables: string[] = [];
  const foreignKeys: string[] = [];
  for (const model of models) {
    const lines: string[] = [];
    for (const field of model.fields.filter((f) => f.kind === "scalar")) {
      lines.push(
        `\`${field.name}\` ${columnType(field)} ${field.isRequired ? "NOT NULL" : "NULL"}${columnDefault(field)}`,
      );
    }
    for (const index of indexes.filter((i) => i.model === model.name)) {
      const names = index.fields.map((f) => f.name);
      if (index.type === "id") lines.push(`PRIMARY KEY (${quote(names)})`);
      if (index.type === "unique")
        lines.push(`UNIQUE INDEX \`${model.name}_${names.join("_")}_key\` (${quote(names)})`);
      if (index.type === "normal") lines.push(`INDEX \`${model.name}_${names.join("_")}_idx\` (${quote(names)})`);
    }
    tables.push(
      `CREATE TABLE \`${model.name}\` (\n  ${lines.join(",\n  ")}\n) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`,
    );
    for (const field of model.fields.filter((f) => f.kind === "object" && f.relationFromFields?.length)) {
      const optional = !field.isRequired;
      const onDelete = ON_DELETE[field.relationOnDelete ?? ""] ?? (optional ? "SET NULL" : "RESTRICT");
      const from = field.relationFromFields ?? [];
      foreignKeys.push(
        `ALTER TABLE \`${model.name}\` ADD CONSTRAINT \`${model.name}_${from.join("_")}_fkey\` FOREIGN KEY (${quote(from)}) ` +
          `REFERENCES \`${field.type}\` (${quote(field.relationToFields ?? [])}) ON DELETE ${onDelete} ON UPDATE CASCADE;`,
      );
    }
  }
  return `${tables.join("\n\n")}\n\n${foreignKeys.join("\n")}\n`;
}

if (import.meta.main) process.stdout.write(await schemaSql());
