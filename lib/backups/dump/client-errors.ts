import type { RetryClass } from "#lib/platform/errors.ts";

/** What the databases' own programs say when another try would meet the same. */
const HOPELESS =
  /Access denied|password authentication failed|Unknown database|database "[^"]*" does not exist|role "[^"]*" does not exist|Authentication failed|\(Unauthorized\)|requires authentication|error getting oplog start|command not found|: not found|executable file not found/i;

export const classifyClientError = (messages: string): RetryClass => (HOPELESS.test(messages) ? "permanent" : "retry");

/** Where a message of a program begins; what comes before the next belongs to it, as a value of several lines does. */
const BEGINS =
  /^(?=(?:psql|pg_restore|pg_dump|pg_dumpall|mysql|mariadb|mysqldump|mariadb-dump|mongorestore|zstd|gzip|lrzip|tar|sh|bash)(?::|\b.*?: )|(?:ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|LOG|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LINE|LOCATION|Command was)\b)/m;
/** In these nothing is said but what rows hold, or the statement that holds them. */
const VALUES_ONLY =
  /^((?:(?:psql|pg_restore|pg_dump)[^\n]*?: )?(?:DETAIL|CONTEXT|STATEMENT|QUERY|LINE \d+|Command was|(?:detail|The command was|Query was)):)([\s\S]*)$/;
const CUT = "…";

/** Each keeps what names a table, a key or a column; a value may hold quotes, parentheses and line breaks. */
const VALUES: readonly [RegExp, string][] = [
  // MariaDB and MySQL.
  [/(Duplicate entry ')[\s\S]*(' for key)/g, `$1${CUT}$2`],
  [/(\bnear ')[\s\S]*(' at line \d+)/g, `$1${CUT}$2`],
  [
    /((?:Incorrect|Truncated incorrect|Invalid) [\w ()]*?value: ')[\s\S]*?('(?: for (?:column|function)| at row|\s*$))/g,
    `$1${CUT}$2`,
  ],
  // PostgreSQL.
  [/(\bat or near ")[\s\S]*(")/g, `$1${CUT}$2`],
  [/(\bvalue ")[\s\S]*(" is out of range)/g, `$1${CUT}$2`],
  [
    /((?:invalid input|malformed|out of range|invalid value|cannot cast|invalid)[^"\n]*?(?: \w+ "\w+")?: ")[\s\S]*(")/g,
    `$1${CUT}$2`,
  ],
  // MongoDB.
  [/(dup key: \{)[\s\S]*(\})/g, `$1${CUT}$2`],
];

/** The client repeats a statement that failed between two rules; of a text whose beginning was cut off the first may be gone. */
function cutStatements(messages: string): string {
  const pieces = messages.split(/^-{10,}\r?\n?/m);
  if (pieces.length === 1) return messages;
  const from = pieces.length % 2 === 0 ? 0 : 1;
  return pieces.filter((_piece, index) => index % 2 !== from).join("");
}

function cutMessage(message: string): string {
  const about = /(COPY [^,\n]+, line \d+(?:, column [^:\n]+)?)/.exec(message)?.[1];
  const only = VALUES_ONLY.exec(message);
  if (only) {
    const key = /Key \([^)]*\)=/.exec(message)?.[0];
    const kept = about ?? (key ? `${key}(${CUT})` : CUT);
    return `${only[1]} ${kept}${message.endsWith("\n") ? "\n" : ""}`;
  }
  return VALUES.reduce((text, [pattern, by]) => text.replace(pattern, by), message).replace(
    /(Key \([^)\n]*\)=\()[\s\S]*(\))/g,
    `$1${CUT}$2`,
  );
}

/**
 * Takes what rows hold out of the words of a database's programs: everybody who is signed in reads the logs of runs, and
 * production data they read nowhere else. Codes, tables, columns and keys stay.
 */
export const cutValues = (messages: string): string => cutStatements(messages).split(BEGINS).map(cutMessage).join("");
