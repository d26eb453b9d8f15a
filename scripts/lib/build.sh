# shellcheck shell=bash
# Finds the tools of the build, and builds. To be sourced by scripts with `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# The project's own version is the first one in the root pom.
version=$(sed -n 's:^ *<version>\(.*\)</version>.*:\1:p' "$root/pom.xml" | head -n 1)
distribution=$root/master/target/percore-$version
stamp=$root/master/target/built.stamp

# shellcheck source=master/src/main/dist/lib/java.sh
. "$root/master/src/main/dist/lib/java.sh"

# say TEXT: tells the user; standard output belongs to what the script is asked for.
say() {
  echo "percore: $*" >&2
}

# install_packages PACKAGE...: installs packages where that needs no question: on Debian, as root.
install_packages() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing $*"
  local log
  log=$(mktemp)
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
    >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# have PROGRAM PACKAGE: whether a program is there, if need be after an installation.
have() {
  command -v "$1" >/dev/null || { install_packages "$2" && command -v "$1" >/dev/null; }
}

# require PROGRAM PACKAGE: makes sure that a program is there, or says how to get it.
require() {
  have "$1" "$2" && return 0
  say "$1 is missing: install it, for example with 'apt-get install $2'"
  return 69
}

# find_maven: sets `maven`, or says how to get it.
find_maven() {
  local candidate
  for candidate in "${MAVEN_HOME-}"/bin/mvn "$(command -v mvn)" /opt/*maven*/bin/mvn \
    /usr/share/maven/bin/mvn "${HOME-}"/.sdkman/candidates/maven/current/bin/mvn; do
    if [ -x "$candidate" ]; then
      maven=$candidate
      return 0
    fi
  done
  if [ "${CI-}" = true ] && install_packages maven; then
    maven=$(command -v mvn)
    return 0
  fi
  say "no Maven was found: install it (https://maven.apache.org, or 'apt-get install maven') and" \
    "put mvn into the PATH"
  return 1
}

# find_tools: sets `java_home` and `maven`, or says in one sentence what is missing.
find_tools() {
  find_java javac && find_maven || return 69
}

# run_maven ARG...: runs Maven with the JDK of the project, after find_tools. Only a run on all
# modules makes the distribution what the sources say; any other leaves it to the next start.
run_maven() {
  local argument partial=false
  for argument; do
    case $argument in
      -pl* | --projects* | -rf* | --resume-from* | -N | --non-recursive) partial=true ;;
    esac
  done
  rm -f "$stamp" "$stamp.new"
  mkdir -p "$(dirname "$stamp")"
  # Older than every source that changes from here on.
  touch "$stamp.new"
  JAVA_HOME=$java_home "$maven" -B -ntp -f "$root/pom.xml" "$@" || return
  # `clean` may have taken it away.
  "$partial" || [ ! -e "$stamp.new" ] || mv "$stamp.new" "$stamp"
}

# is_built: whether the distribution is there and nothing that goes into it is newer. A folder is
# newer when a file in it was added, renamed or removed.
is_built() {
  [ -x "$distribution/bin/percore" ] && [ -e "$stamp" ] || return 1
  compgen -G "$distribution/lib/percore-master-*.jar" >/dev/null || return 1
  local newer
  newer=$(find "$root/pom.xml" "$root/.mvn" "$root/README.md" "$root/CHANGELOG.md" "$root"/*/pom.xml "$root"/*/src/main \
    -newer "$stamp" -print -quit) && [ -z "$newer" ]
}

# build_distribution: builds it if need be, without tests and format check, in one line.
build_distribution() {
  is_built && return 0
  find_tools || return
  local log=$root/target/build.log status=0
  mkdir -p "$root/target"
  say "building (first time: a few minutes, for downloads); log in $log"
  run_maven -q -Dmaven.test.skip=true -Dspotless.check.skip=true -Djacoco.skip=true \
    package >"$log" 2>&1 || status=$?
  if [ "$status" != 0 ]; then
    cat "$log" >&2
    say "the build failed"
    return "$status"
  fi
  # An optimisation: without it, starts are slower and nothing else.
  "$distribution/bin/percore" train >>"$log" 2>&1 || say "the training run failed; see $log"
}
