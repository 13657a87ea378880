/** Where a helper finds what it reads, and where it finds the place it writes to. */
export const SOURCE = "/source";
export const HOME = "/home-of";
const PORT = 9000;
/** In the environment of both helpers of one copy, and of nobody else on the stack's network. */
export const TOKEN = "MOVE_TOKEN";
/** Of a token, in hexadecimal digits. */
export const TOKEN_LENGTH = 64;
/** Who connects and then says nothing keeps the receiver from nobody else for longer. */
const SILENCE_S = 300;

/** Exit codes of the receiver that say more than "it failed". */
export const EXIT = { taken: 73, differs: 74, incomplete: 75, link: 76, stranger: 77 } as const;

/**
 * Reads the folder at /source, with the hash of every file at the end of what is sent. $1: where to. $2: `first` while it is in
 * use, when a file may change or go away under the reader.
 */
export const SEND = `
set -uo pipefail
mkdir -p /tmp/sent/work && cd ${SOURCE} || exit 2
find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum >/tmp/sent/work/list
[ $? = 0 ] || [ "$2" = first ] || exit 2
# The other side has a name only once it runs.
tries=0
until getent hosts "$1" >/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || exit 4
  sleep 0.2
done
{
  printf %s "$${TOKEN}"
  tar --create --file=- --numeric-owner --xattrs --directory=/ source --directory=/tmp/sent work/list
} | socat -u STDIN "TCP:$1:${PORT},retry=120,interval=1"
codes=("\${PIPESTATUS[@]}")
[ "\${codes[1]}" = 0 ] || exit 3
[ "\${codes[0]}" = 0 ] || { [ "$2" = first ] && [ "\${codes[0]}" = 1 ]; } || exit 2
`.trim();

/** Unpacks what comes from whoever knows the token, and from nobody else: everything on the stack's network can connect. */
const RECEIVE = `
[ "\${#${TOKEN}}" = ${TOKEN_LENGTH} ] || { echo "it was given no token"; exit 2; }
unpack() {
  local told=
  IFS= read -r -N ${TOKEN_LENGTH} told || true
  [ "$told" = "$${TOKEN}" ] || return ${EXIT.stranger}
  tar --extract --file=- --numeric-owner --same-owner --preserve-permissions --xattrs --directory="$incoming"
}
while true; do
  set +e
  socat -u -T ${SILENCE_S} "TCP-LISTEN:${PORT},reuseaddr" STDOUT | unpack
  codes=("\${PIPESTATUS[@]}")
  set -e
  [ "\${codes[1]}" != ${EXIT.stranger} ] || { echo "somebody else connected and was turned away"; continue; }
  [ "\${codes[1]}" = 0 ] || exit "\${codes[1]}"
  [ "\${codes[0]}" = 0 ] || exit "\${codes[0]}"
  break
done
`.trim();

const COMPARE = `
[ -f "$incoming/work/list" ] || { echo "what was sent ended too early"; exit ${EXIT.incomplete}; }
cd "$incoming/source" || exit ${EXIT.incomplete}
files=$(find . -type f -printf x | wc -c)
if [ "$pass" = last ]; then
  listed=$(wc -l <"$incoming/work/list")
  [ "$files" = "$listed" ] || { echo "$files files arrived, $listed were sent"; exit ${EXIT.differs}; }
  [ "$listed" = 0 ] || sha256sum --quiet --strict --check "$incoming/work/list" || exit ${EXIT.differs}
fi
bytes=$(du --summarize --bytes . | cut -f1)
cd /
`.trim();

/**
 * Takes a folder in, compares every file with its hash, and only then puts it in its place. What is there already and was not
 * brought by this run is left alone, or put aside under another name. $1: its name; $2: the run; $3: \`yes\` puts aside; $4: the pass.
 */
export const RECEIVE_FOLDER = `
set -euo pipefail
name=$1 run=$2 aside=$3 pass=$4
final="${HOME}/$name" incoming="${HOME}/.$name.incoming" marker="${HOME}/.$name.moved-by"
no_links() {
  for path in "$final" "$incoming" "$marker"; do
    [ ! -L "$path" ] || { echo "\${path#${HOME}/} is a symbolic link"; exit ${EXIT.link}; }
  done
  [ ! -e "$final" ] || [ -d "$final" ] || { echo "$name is no folder"; exit ${EXIT.link}; }
}
no_links
if [ -e "$final" ] && [ "$(cat "$marker" 2>/dev/null || true)" != "$run" ]; then
  [ "$aside" = yes ] || { echo "there is a folder already"; exit ${EXIT.taken}; }
  mv -T "$final" "$final.before-$run"
fi
printf %s "$run" >"$marker"
rm -rf "$incoming"
mkdir "$incoming"
${RECEIVE}
${COMPARE}
no_links
if [ -e "$final" ]; then mv -T "$final" "$incoming/previous"; fi
mv -T "$incoming/source" "$final"
rm -rf "$incoming"
echo "copied $files files, $bytes bytes"
`.trim();

/** The same into a volume, of which everything is replaced. */
export const RECEIVE_VOLUME = `
set -euo pipefail
pass=$4
incoming="${HOME}/.seaworthy-incoming"
rm -rf "$incoming"
mkdir "$incoming"
${RECEIVE}
${COMPARE}
find ${HOME} -mindepth 1 -maxdepth 1 ! -name .seaworthy-incoming -exec rm -rf {} +
find "$incoming/source" -mindepth 1 -maxdepth 1 -exec mv -t ${HOME} {} +
chown --reference="$incoming/source" ${HOME}
chmod --reference="$incoming/source" ${HOME}
rm -rf "$incoming"
echo "copied $files files, $bytes bytes"
`.trim();
