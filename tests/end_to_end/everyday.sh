#!/bin/sh
# Everyday use of restic, as it stands in many a cron job; runs with any program that takes
# restic's verbs. The repository, in which there is nothing yet, and the password come from the
# environment.
#
#   everyday.sh PROGRAM FOLDER RESULTS
#
# Prints a line "step exit-code" per step; leaves each step's output in RESULTS/step.out.
set -u
program=$1
folder=$2
results=$3

step() {
    name=$1
    shift
    "$program" "$@" >"$results/$name.out" 2>"$results/$name.err" </dev/null
    echo "$name $?"
}

echo "another password" >"$results/new-password"
printf '# comment\n*.bak\n' >"$results/excludes"

step version version
step init init -r "$results/made"
step backup backup --json --tag home --tag daily --host desk \
    --exclude '*.tmp' --exclude-file "$results/excludes" "$folder"
echo "one line more" >>"$folder/diary.txt"
step backup-again backup --json --host desk --exclude '*.tmp' "$folder"
step backup-dry-run backup --json --host desk --dry-run "$folder"
step backup-quiet backup --host desk --quiet "$folder/letters"
step snapshots snapshots --json
step snapshots-chosen snapshots --json --tag home,daily --host desk --path "$folder"
step snapshots-latest snapshots --json --latest 1
step ls ls --json --path "$folder" latest
step ls-folder ls --json --path "$folder" latest "$folder/letters"
step find find --json 'diary*'
step find-nothing find --json 'no such name'
step restore restore latest --path "$folder" --target "$results/restored"
step restore-include restore latest --path "$folder" --target "$results/included" --include '*.txt'
step restore-exclude restore latest --path "$folder" --target "$results/excluded" --exclude '*.txt'
step check check
step stats stats --json
step stats-raw stats --json --mode raw-data
step key-add key add --new-password-file "$results/new-password"
step key-list key list --json --password-file "$results/new-password"
step unlock unlock
step unknown-verb frobnicate
step unknown-snapshot restore 00000000 --target "$results/none"
step missing-folder backup "$folder/is not there"
