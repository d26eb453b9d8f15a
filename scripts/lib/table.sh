# shellcheck shell=bash
# The table of scripts/bench: gets the servers that it compares, and prints it. To be sourced after
# lib/bench.sh.

# find_rivals: makes sure that the other servers are there. All of them: a table without one would
# be another table.
find_rivals() {
  require python3 python3
  require node nodejs
  require gunicorn gunicorn
  require nginx nginx-light
  find_tools
  build_rivals
}

# build_rivals: gets the libraries of the Java servers from Maven's repositories, and compiles these,
# unless that was done after the last change.
build_rivals() {
  # shellcheck disable=SC2154
  local sources=$root/scripts/bench.d/rivals log=$root/target/rivals.log newer=new
  # shellcheck disable=SC2154
  [ ! -e "$rivals/built" ] ||
    newer=$(find "$sources" "$root/scripts/bench.d/common" "$stamp" -newer "$rivals/built" -print -quit)
  [ -n "$newer" ] || return 0
  say "getting Vert.x and Undertow; log in $log"
  rm -rf "$rivals"
  mkdir -p "$rivals"
  # shellcheck disable=SC2154
  if ! {
    JAVA_HOME=$java_home "$maven" -B -q -ntp -f "$sources/pom.xml" dependency:copy-dependencies \
      -DoutputDirectory="$rivals/lib" &&
      "$java_home/bin/javac" -d "$rivals/classes" -cp "$rivals/lib/*:$distribution/lib/*" \
        --source-path "$root/scripts/bench.d" "$sources"/*.java
  } >"$log" 2>&1; then
    cat "$log" >&2
    say "the Java servers beside Percore could not be built"
    return 1
  fi
  touch "$rivals/built"
}

# print_table ROW...: measures all rows, or those named.
print_table() {
  # The client's second compiler would have its priority, and take a core for 70 ms now and then
  # from whatever is measured.
  bench_java table/Table.java -XX:TieredStopAtLevel=1 -Dbench.rounds="${BENCH_ROUNDS:-5}" \
    -Dbench.seconds="${BENCH_SECONDS:-2}" -Dbench.docs="$root/docs" \
    -Dbench.write="${BENCH_WRITE:-false}" -- "$@"
}
