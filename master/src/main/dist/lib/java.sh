# shellcheck shell=sh
# Finds a Java that can run percore, or a JDK that can build it. To be sourced; needs only a POSIX
# shell, and starts no process unless a Java has no `release` file, since each start pays for it.

java_release_min=25

# java_release HOME: sets `release` to the feature release of the Java in HOME, or to 0.
java_release() {
  release=
  if [ -r "$1/release" ]; then
    while IFS='=' read -r key value; do
      case $key in
        JAVA_VERSION) release=${value#\"} ;;
      esac
    done <"$1/release"
  else
    release=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  release=${release%%[!0-9]*}
  release=${release:-0}
}

# java_fits HOME TOOL: whether HOME holds a recent enough Java with the program TOOL.
java_fits() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/$2" ] || return 1
  java_release "$1"
  [ "$release" -ge "$java_release_min" ]
}

# java_on_path: prints the home of the `java` that PATH finds, if any.
java_on_path() {
  program=$(command -v java) || return 0
  program=$(readlink -f "$program") || return 0
  printf '%s\n' "${program%/bin/java}"
}

# find_java TOOL: sets `java_home`, or says in one sentence what is missing and fails. TOOL is
# `java` to run, `javac` to build. What the user names explicitly comes first and must fit; the
# release that percore is tested with comes before later ones.
find_java() {
  if [ -n "${PERCORE_JAVA_HOME-}" ]; then
    java_home=$PERCORE_JAVA_HOME
    java_fits "$java_home" "$1" && return 0
    echo "percore: PERCORE_JAVA_HOME=$java_home is not a JDK of release $java_release_min or later" >&2
    return 1
  fi
  for java_home in "${JAVA_HOME-}" "$(java_on_path)" \
    /usr/lib/jvm/*"$java_release_min"* /opt/*"$java_release_min"* \
    "${HOME-}"/.sdkman/candidates/java/"$java_release_min"* \
    /usr/lib/jvm/* /usr/local/*jdk* /opt/*jdk* /opt/java/* \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/*; do
    java_fits "$java_home" "$1" && return 0
  done
  echo "percore: no JDK $java_release_min or later was found: install one (https://adoptium.net, or" \
    "'apt-get install openjdk-$java_release_min-jdk' where there is one) and set JAVA_HOME to it" >&2
  return 1
}
