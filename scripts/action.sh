#!/usr/bin/env bash
# What action.yml runs: the linter from the Action's own checkout, on the workspace.
set -euo pipefail

tool=$GITHUB_ACTION_PATH
if [ ! -e "$tool/dist/cli.js" ] || [ ! -d "$tool/node_modules" ]; then
  echo '::group::rails-pool-lint: install'
  (
    cd "$tool"
    npm ci --ignore-scripts --omit=dev --no-audit --no-fund
    node scripts/prepare.mjs
  )
  echo '::endgroup::'
fi

arguments=(--fail-level "$INPUT_FAIL_LEVEL")
case $INPUT_ANNOTATIONS in
  true) arguments+=(--format github) ;;
  false) arguments+=(--format text) ;;
  *)
    echo "::error::annotations is true or false, not $(printf '%q' "$INPUT_ANNOTATIONS")"
    exit 2
    ;;
esac

# read splits at blanks and line breaks, and expands nothing; it says false at the end of its input.
read -r -d '' -a more <<<"$INPUT_ARGS" || true

cd "${GITHUB_WORKSPACE:-.}"
exec node "$tool/dist/cli.js" "${arguments[@]}" ${more[@]+"${more[@]}"} -- "$INPUT_PATH"
