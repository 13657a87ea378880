import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { runToEnd } from "../dump/place.ts";
import { storePart } from "../dump/store-part.ts";
import { SOURCE_FOLDER, WORK_FOLDER } from "./open-place.ts";
import type { SourceJob, StoredSource } from "./source-job.ts";

const LIST = `${WORK_FOLDER}/list`;

/**
 * One line as sha256sum writes it, of the file that tar gives on standard input under the name $TAR_FILENAME. It escapes a
 * carriage return too ("Icon\r" is in many a folder from a Mac): the proof and the restore read the list as sha256sum does.
 */
export const HASH_ONE = `
hash=$(sha256sum); hash=\${hash%% *}
case $TAR_FILENAME in
  *'\\'* | *'
'* | *"$(printf '\\r')"*)
    printf '\\\\%s  ' "$hash"
    printf '%s.' "$TAR_FILENAME" | sed -e ':again' -e '$!{N' -e 'b again' -e '}' -e 's/\\\\/\\\\\\\\/g' -e 's/\\r/\\\\r/g' -e 's/\\n/\\\\n/g' -e 's/\\.$//'
    echo ;;
  *) printf '%s  %s\\n' "$hash" "$TAR_FILENAME" ;;
esac
`.trim();

/**
 * Packs the folder, and out of the very stream that is stored takes the hash of every file in it: what changes between two
 * readings cannot come between them. $1 says where the list goes; the rest is tar's argv. Its exit code is tar's own, or 2.
 */
const PACK_SCRIPT = `
list=$1; shift
work=$(mktemp -d ${WORK_FOLDER}/pack.XXXXXX) || exit 90
trap 'rm -rf "$work"' EXIT
mkfifo "$work/copy" || exit 92
tar --extract --file="$work/copy" --to-command="$HASH_ONE" >"$list" &
lister=$!
{ "$@"; echo $? >"$work/tar"; } | tee "$work/copy"
wait $lister || exit 2
exit "$(cat "$work/tar")"
`.trim();

/** Some files were not as they had been a moment before: the archive is whole, those files may be mixed. */
const CHANGED = 1;

/** What files have besides owner and mode. Into a folder that takes none of it they are unpacked without, with a word. */
export const WITH_ATTRIBUTES = ["--acls", "--xattrs"] as const;

const tarArgv = (exclude: readonly string[]) => [
  "tar",
  "--create",
  "--file=-",
  `--directory=${SOURCE_FOLDER}`,
  "--one-file-system",
  // Only a tar that names every file says what it left out: the names go nowhere, and that to its errors.
  ...["--verbose", "--index-file=/dev/null"],
  ...WITH_ATTRIBUTES,
  // With attributes each file has a header of its own, in which these would change at every reading.
  "--pax-option=delete=atime,delete=ctime",
  "--numeric-owner",
  "--sparse",
  "--sort=name",
  ...exclude.map((pattern) => `--exclude=${pattern}`),
  ".",
];

const ELSEWHERE = /^tar: (.*?)\/?: file is on a different filesystem; not dumped$/gm;
const COMPLAINTS_MAX = 1_000_000;

/** Folders that tar only stored as empty ones, as their people call them. */
export const findLeftOut = (said: string): string[] =>
  [...said.matchAll(ELSEWHERE)].map(([, name = ""]) =>
    Buffer.from(
      name.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
      "latin1",
    ).toString("utf8"),
  );

const wordLeftOut = (names: readonly string[]) =>
  `Not in the backup, for they are file systems of their own: ${names.slice(0, 20).join(", ")}${names.length > 20 ? ` and ${names.length - 20} more` : ""}. Give each a policy of its own, or exclude it.`;

/** A folder as a tar archive, and the hash of every file in it. */
export async function storeFolder(
  { place, target }: SourceJob,
  exclude: readonly string[],
  ctx: StepContext,
): Promise<StoredSource> {
  const { run } = place;
  await assertGnuTar(place, ctx);
  let complaints = "";
  const files = await storePart(
    {
      name: "files",
      format: "tar",
      run,
      argv: ["sh", "-c", PACK_SCRIPT, "pack", LIST, ...tarArgv(exclude)],
      env: { HASH_ONE, LC_ALL: "C" },
      goodExits: [0, CHANGED],
      onMessage: (data) => {
        complaints = (complaints + data.toString("latin1")).slice(-COMPLAINTS_MAX);
      },
      onWarning: () => ctx.log.warn("Some files changed while they were read; those may be half old, half new"),
    },
    target,
    ctx,
  );
  const leftOut = findLeftOut(complaints);
  if (leftOut.length > 0) ctx.log.warn(wordLeftOut(leftOut));
  const list = await storePart(
    { name: "list", format: "list", run, argv: ["cat", LIST], env: {} },
    { ...target, estimateBytes: 0 },
    ctx,
  );
  const said = await runToEnd(run, { argv: ["sh", "-c", `wc -l <${LIST}; sha256sum <${LIST}`] }, ctx.signal);
  const [, count, sha256] = /^\s*(\d+)\s+([0-9a-f]{64})/.exec(said.stdout) ?? [];
  if (said.exitCode !== 0 || count === undefined || sha256 === undefined)
    throw new AppError({
      code: "backups.list_failed",
      message: "The list of the folder's files could not be counted.",
      detail: said.stderr,
      retry: "retry",
    });
  if (Number(count) === 0)
    ctx.log.warn("There is no file in it. Is this the right place, and does the data lie on this node?");
  return {
    parts: [files, list],
    counts: { files: [Number(count), Number(count)] },
    checksums: { files: sha256 },
    counting: "exact",
  };
}

async function assertGnuTar({ run }: SourceJob["place"], ctx: StepContext): Promise<void> {
  const said = await runToEnd(run, { argv: ["sh", "-c", "tar --version; command -v sha256sum"] }, ctx.signal);
  if (said.stdout.includes("GNU tar") && said.stdout.includes("sha256sum")) return;
  throw new AppError({
    code: "backups.no_tar",
    message: "The image of BACKUP_HELPER_IMAGE has no GNU tar or no sha256sum.",
    advice: "Set it to the panel's own image.",
    detail: said.stdout + said.stderr,
    retry: "needs_person",
  });
}
