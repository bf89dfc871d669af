# Sourced by the scripts beside it: curl as they mean it, and what they read from its answers.

set -euo pipefail

: "${BASE_URL:?Set it to the address of the app, such as http://127.0.0.1:3000}"
: "${API_KEY:?Set it to an API key that has every ability}"

# Says what is called and prints the answer. One that is no success is told as an error, and ends the script.
curl() {
  local answer code
  echo "+ $(called "$@")" >&2
  answer=$(command curl --fail-with-body --silent --show-error --max-time 60 "$@") || {
    code=$?
    printf '%s\n' "$answer" >&2
    return "$code"
  }
  answered "$answer"
}

called() {
  local method=GET url=
  while (($# > 0)); do
    case $1 in
      -X) method=$2 ;;
      http*) url=${1#"$BASE_URL"} ;;
    esac
    shift
  done
  echo "$method $url"
}

# The first value of a field in an answer: field message_id "$ANSWER"
field() {
  [[ $2 =~ \"$1\":\"?([^\",}]+) ]] || { echo "There is no $1 in $2" >&2; return 1; }
  echo "${BASH_REMATCH[1]}"
}

answered() {
  printf '%s\n' "$1"
}
