# Prints the line coverage of each module, and of all, from the jacoco.csv files of the modules.
BEGIN {
  FS = ","
  printf "%-12s %8s %8s %8s\n", "coverage", "lines", "covered", "%"
}
FNR == 1 {
  n = split(FILENAME, path, "/")
  module = path[n - 4]
  modules[++count] = module
  for (i = 1; i <= NF; i++) {
    column[$i] = i
  }
  next
}
{
  missed[module] += $column["LINE_MISSED"]
  covered[module] += $column["LINE_COVERED"]
}
function row(name, c, m) {
  printf "%-12s %8d %8d %8.1f\n", name, c + m, c, (c + m > 0) ? 100 * c / (c + m) : 100
}
END {
  for (i = 1; i <= count; i++) {
    name = modules[i]
    row(name, covered[name], missed[name])
    all_covered += covered[name]
    all_missed += missed[name]
  }
  row("all", all_covered, all_missed)
}
