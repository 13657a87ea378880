import { TAIL_BYTES } from "./formats.ts";

/**
 * Lets whatever else wants the processor go first, for three quarters of it: with less, the database's own counting would hold up the
 * dump beside it. Where Linux shares it among sessions before it looks at processes, the whole session has to: it is lowered only if
 * it is this script's own. And where memory runs out, in the database's own container too, it is this and what it starts that the
 * kernel ends, not the database.
 */
export const GIVE_WAY = `
renice -n 5 -p $$ >/dev/null 2>&1
{ read -r _ _ _ _ _ session _ </proc/$$/stat && [ "$session" = $$ ] && echo 5 >/proc/$$/autogroup; } 2>/dev/null
{ echo 1000 >/proc/$$/oom_score_adj; } 2>/dev/null
`.trim();

/**
 * 1031 widens a pipe on Linux, 1032 says how wide it is. What comes in small pieces wakes whoever is next with each of them: where
 * there is room for what is written meanwhile, it naps until about half a pipe has come, an eighth of a backup's time. Whoever
 * reads may be gone before the end: what was handed on until then is still written down.
 */
const PASS_ON = `
($lastFile, $totalFile, $wide) = @ARGV;
fcntl(STDIN, 1031, $wide); fcntl(STDOUT, 1031, $wide);
$nap = (fcntl(STDIN, 1032, 0) || 0) >= $wide ? 0.001 : 0;
$SIG{PIPE} = "IGNORE"; $total = 0;
READ: while ($got = sysread(STDIN, $bytes, $wide)) {
  $total += $got;
  $last .= $got > ${TAIL_BYTES} ? substr($bytes, -${TAIL_BYTES}) : $bytes;
  $last = substr($last, -${TAIL_BYTES}) if length($last) > ${TAIL_BYTES};
  for ($at = 0; $at < $got; $at += $put) { defined($put = syswrite(STDOUT, $bytes, $got - $at, $at)) or last READ }
  if ($got > 0.75 * $wide) { $nap /= 2 if $nap > 0.001; next }
  $nap *= 1.5 if $got < 0.375 * $wide && $nap < 0.03;
  select(undef, undef, undef, $nap);
}
open(LAST, ">", $lastFile) && print(LAST $last) && close(LAST) or exit 1;
open(TOTAL, ">", $totalFile) && print(TOTAL $total) && close(TOTAL) or exit 1;
exit 1 if !defined($got) || $got > 0;
`.trim();

/** For the environment of a script with PASS_ON_LAST or HAND_OUT. */
export const PASS_ON_ENV = { PASS_ON };

/**
 * The function pass_on: hands on what it reads, and writes down how many bytes that was and the last of them, $work/total and
 * $work/last. Nearly every image has this much of perl, which with wide pipes costs next to nothing: tee, tail and wc take a tenth
 * of a backup's time.
 */
export const PASS_ON_LAST = `
pass_on() {
  if command -v perl >/dev/null 2>&1; then perl -e "$PASS_ON" "$work/last" "$work/total" 1048576; return; fi
  mkfifo "$work/count" "$work/tail" || exit 92
  wc -c <"$work/count" >"$work/total" &
  counter=$!
  tail -c ${TAIL_BYTES} <"$work/tail" >"$work/last" &
  tailer=$!
  tee "$work/count" "$work/tail"; passed=$?
  wait $counter $tailer
  return $passed
}
`.trim();

/**
 * The function hand_out: hands on what it reads, in large pieces where there is perl. Whatever leaves a container wakes four
 * programs a piece: in pieces as a compressor makes them that costs them half as much again. Not larger than so, for what has been
 * dumped already can be held back for nobody.
 */
export const HAND_OUT = `
hand_out() {
  if command -v perl >/dev/null 2>&1; then perl -e "$PASS_ON" /dev/null /dev/null 262144; else cat; fi
}
`.trim();

/** The function buffered: runs a program whose output goes by 64 KB instead of 4, where the image can have it so. */
export const BUFFERED = `
buffered() {
  if command -v stdbuf >/dev/null 2>&1 && [ -z "$(stdbuf -o 65536 true 2>&1)" ]; then stdbuf -o 65536 "$@"; else "$@"; fi
}
`.trim();
