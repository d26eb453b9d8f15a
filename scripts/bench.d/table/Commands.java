package table;

import common.Site;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The command lines of a row, without what is of this run and this machine alone.
final class Commands {
  private final Site site;
  private final Set<String> noted = new LinkedHashSet<>();

  Commands(Site site) {
    this.site = site;
  }

  void note(String command) {
    noted.add(
        command
            .replaceAll(site.folder() + "/(files/static)", "FOLDER/$1")
            .replaceAll(site.folder() + "/[^ ]*", "FOLDER")
            .replace(site.distribution() + "/", "")
            .replace(site.parts().toString(), "scripts/bench.d")
            .replace(site.rivals().toString(), "target/rivals")
            .replace(System.getProperty("java.home") + "/bin/", "")
            .replaceAll(":/[^ :]*(/lib/percore-worker[^ :]*)", ":master/target/percore$1")
            .replaceAll("(?<=127\\.0\\.0\\.1:|port=|server\\.js |Server )\\d+", "PORT"));
  }

  /// Those noted since the last call.
  List<String> take() {
    List<String> taken = List.copyOf(noted);
    noted.clear();
    return taken;
  }
}
