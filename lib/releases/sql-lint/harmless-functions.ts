import type { SqlKind } from "#lib/backups/constants.ts";

/** Words that stand before a parenthesis and call nothing. */
const NO_CALL = new Set(
  `ALL AND ANY ARRAY AS BETWEEN BY CASE CHAR CHARACTER CHECK CONFLICT CROSS DECIMAL DISTINCT DO ELSE EXCEPT EXISTS FILTER FOR
   FROM FULL GROUP HAVING IN INNER INTERSECT INTERVAL INTO IS JOIN KEY LATERAL LEFT LIKE LIMIT MATERIALIZED NATURAL NOT NUMERIC
   OF OFFSET ON OR ORDER OUTER OVER PARTITION RECURSIVE RETURNING RIGHT ROW SELECT SET SOME THEN TIME TIMESTAMP UNION UNIQUE
   USING VALUES VARCHAR WHEN WHERE WINDOW WITH WITHIN`.split(/\s+/),
);

/**
 * Functions of the database's own that change nothing. One of the app's own may do anything, also when it is called as one that
 * another database has.
 */
const EVERYWHERE = `ABS AVG BIT_AND BIT_OR CAST CEIL CEILING CHAR_LENGTH CHARACTER_LENGTH COALESCE CONCAT CONCAT_WS COUNT CURRENT_DATE
   CURRENT_TIME CURRENT_TIMESTAMP DENSE_RANK EXTRACT FIRST_VALUE FLOOR GREATEST LAG LAST_VALUE LEAD LEAST LENGTH LOCALTIME
   LOCALTIMESTAMP LOWER LPAD LTRIM MAX MD5 MIN MOD NOW NULLIF OCTET_LENGTH POSITION POWER RANK REGEXP_REPLACE REPEAT REPLACE
   REVERSE ROUND ROW_NUMBER RPAD RTRIM SIGN SQRT SUBSTR SUBSTRING SUM TRIM UPPER VERSION`;
const HARMLESS = {
  postgresql: new Set(
    `${EVERYWHERE} BOOL_AND BOOL_OR CHR DATE_TRUNC GEN_RANDOM_UUID JSON_BUILD_OBJECT JSONB_BUILD_OBJECT PG_SLEEP RANDOM SPLIT_PART
     STRING_AGG TO_CHAR TO_DATE TO_JSON TO_JSONB TO_TIMESTAMP TRUNC`.split(/\s+/),
  ),
  mysql: new Set(
    `${EVERYWHERE} CONVERT CURDATE CURTIME DATABASE DATE DATE_ADD DATE_FORMAT DATE_SUB DATEDIFF DAY FORMAT FROM_UNIXTIME
     GROUP_CONCAT HEX HOUR IF IFNULL INSTR JSON_ARRAY JSON_ARRAYAGG JSON_EXTRACT JSON_OBJECT JSON_OBJECTAGG JSON_UNQUOTE JSON_VALUE
     LAST_INSERT_ID LOCATE MINUTE MONTH ROW_COUNT SECOND SHA1 SHA2 SLEEP SUBSTRING_INDEX TIMESTAMPDIFF UNHEX UNIX_TIMESTAMP
     UTC_TIMESTAMP UUID YEAR`.split(/\s+/),
  ),
};

/** The first function in it of which it is not known that it changes nothing. `joined`: tokens, with a space between. */
export function findUnknownCall(joined: string, kind: SqlKind): string | undefined {
  const harmless = HARMLESS[kind === "postgresql" ? "postgresql" : "mysql"];
  for (const { 1: name = "", index } of joined.matchAll(/(\S+) \(/g)) {
    // A table's name before the list of its columns is no call.
    const isNamed = /\b(INTO|AS) $/.test(joined.slice(0, index));
    if (/^[\p{L}_$«]/u.test(name) && !isNamed && !NO_CALL.has(name) && !harmless.has(name)) return name;
  }
  return undefined;
}
