# shellcheck shell=bash
# Parts of a check, for .ci/run and .ci/deep: each is quiet when it holds, and timed in any case.
times=()
failed=0

# Seconds of processor time, of all commands so far: on a busy machine they say more than a clock.
cpu() { awk '{print int(($16 + $17) / 100)}' /proc/$$/stat; }

# part NAME COMMAND...: runs the command. What it printed is shown if it fails, which ends the check
# unless keep_going is set; lines that begin with "summary: " are shown in any case.
part() {
  local name=$1 start=$SECONDS output=build/part.log mark='' cpu_start
  cpu_start=$(cpu)
  shift
  echo "$name ..."
  mkdir -p build
  if ! "$@" >"$output" 2>&1 </dev/null; then
    tail -n 400 "$output"
    mark=", FAILED"
    failed=$((failed + 1))
  fi
  sed -n 's/^summary: /  /p' "$output"
  times+=("$(line $((SECONDS - start)) $(($(cpu) - cpu_start)) "$name$mark")")
  echo "${times[-1]}"
  if [ -n "$mark" ] && [ -z "${keep_going-}" ]; then
    echo "The command was: $*"
    exit 1
  fi
}

line() { printf '%5d s, %5d s of CPU: %s' "$@"; }

# What each part took.
table() {
  printf '%s\n' "" "${times[@]}" "$(line $SECONDS "$(cpu)" "in all")" ""
}

# block_of PAGE LANGUAGE N: the page's n-th block of code in the language, as it stands there.
block_of() {
  awk -v open="\`\`\`$2" -v n="$3" \
    '$0 == open {block++; inside = block == n; next} /^```$/ {inside = 0} inside' "$1"
}
