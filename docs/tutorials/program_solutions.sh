#!/bin/sh
# The exercises of program.md, with `cae` in the path, in a folder that it makes and removes. Says what does not
# hold, and ends with 1.
set -eu
data=$(cd "$(dirname "$0")" && pwd)/program.py
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 "$data"

fail() {
  echo "program_solutions.sh: $1"
  exit 1
}
column() { # FILE A B: the last values of two columns of a .csv file
  awk -F, -v a="$2" -v b="$3" 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i } END { print $at[a], $at[b] }' "$1"
}

# 1. The loss is a little smaller without the penalty, and the Jacobian much larger.
for lambda in 0.3 0; do
  cae train --data bars.npy --encoder 256-64:sigmoid --lambda $lambda --epochs 20 --learning-rate 0.005 \
    --out "lambda-$lambda" >/dev/null
  column "lambda-$lambda/metrics.csv" reconstruction jacobian_squared_norm
done >both
awk '{ loss[NR] = $1; norm[NR] = $2 } END { exit !(loss[2] < loss[1] && norm[2] > 1.3 * norm[1]) }' both ||
  fail "losses and squared norms are $(cat both)"

# 2. Convolutions, and a code of 32 numbers.
cae train --data bars.npy --encoder "conv(8,5,stride=2):softplus,linear(32):sigmoid" --epochs 10 --out convolved
cae encode convolved --data bars.npy --out convolved.csv
numbers=$(head -n 1 convolved.csv | tr , '\n' | wc -l)
[ "$numbers" -eq 32 ] || fail "a code has $numbers numbers"

# 3. A model of two columns finds them by name, and says which one is missing.
lengths="--data flowers.csv --label-column species --scale standard --loss squared-error"
cae train $lengths --columns "sepal length,petal length" --encoder 2-8:tanh-1:tanh --epochs 20 --out two
cae encode two --data flowers.csv --out two.csv
cut -d, -f2- flowers.csv >without.csv
if cae encode two --data without.csv --out none.csv 2>why; then fail "a missing column was not missed"; fi
grep "no column 'sepal length'" why || fail "$(cat why)"

# 4. With --checkpoint-steps 10, at most ten steps are lost to a kill; the weights are the same.
options="--data bars.npy --encoder 256-64:sigmoid --epochs 40 --checkpoint-steps 10"
cae train $options --out undisturbed
cae train $options --out killed &
until [ -e killed/checkpoint.safetensors ]; do sleep 0.1; done
kill -KILL $!
wait $! || true
cae train --resume killed
cmp killed/model.safetensors undisturbed/model.safetensors || fail "other weights"
