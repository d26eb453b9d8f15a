# shellcheck shell=bash
# The pieces that a request passes through, by JMH (worker/src/jmh): nanoseconds and bytes on the
# heap each time. In a JVM of its own with a worker's options for each of them; the server idles
# meanwhile.
#
#   JMH_OPTIONS  further options of JMH, such as the name of a benchmark: 'Parser -f 3 -i 10'
: "${root:?to be run by scripts/bench}" "${folder:?}"

find_tools
# Not by run_maven, for which a part of the project is not the distribution.
# shellcheck disable=SC2154
JAVA_HOME=$java_home "$maven" -B -ntp -q -f "$root/pom.xml" -Pjmh -pl worker -am \
  -Dspotless.check.skip=true -Djacoco.skip=true test-compile >"$folder/jmh.log" 2>&1 || {
  cat "$folder/jmh.log" >&2
  say "the benchmarks were not compiled"
  return 1
}

jvm_options="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:ActiveProcessorCount=1"
jvm_options+=" -XX:FreqInlineSize=100 -XX:InlineSmallCode=300 -XX:CompileThresholdScaling=5"
jvm_options+=" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
# shellcheck disable=SC2086
"$java_home/bin/java" \
  -cp "$root/worker/target/test-classes:$root/worker/target/classes:$(cat "$root/worker/target/jmh.classpath")" \
  org.openjdk.jmh.Main -bm avgt -tu ns -f 1 -wi 3 -w 1 -i 3 -r 1 -prof gc -foe true \
  -jvmArgs "$jvm_options" \
  -rf csv -rff "$folder/jmh.csv" ${JMH_OPTIONS-} >"$folder/jmh.log" 2>&1 || {
  cat "$folder/jmh.log" >&2
  say "a benchmark failed"
  return 1
}

# Beside the row of a benchmark's time there is one of what it allocates, with the same beginning.
awk '
  { gsub(/"/, ""); split($0, field, ",") }
  NR == 1 { next }
  {
    figure = field[1]
    sub(/.*\.jmh\./, "", figure)
    split(figure, part, ":")
    row = part[1] " " field[8] field[9]
    sub(/Benchmark\./, " ", row)
    if (part[2] == "") {
      rows[++count] = row
      nanos[row] = field[5]
    } else if (part[2] == "gc.alloc.rate.norm") {
      bytes[row] = field[5]
    }
  }
  END {
    printf "%-48s %10s %10s\n", "benchmark", "ns", "bytes"
    for (i = 1; i <= count; i++) {
      printf "%-48s %10.0f %10.0f\n", rows[i], nanos[rows[i]], bytes[rows[i]]
    }
  }' "$folder/jmh.csv"
