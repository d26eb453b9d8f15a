package dev.percore.worker.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTypesTest {

  @ParameterizedTest
  @CsvSource({
    "index.html, text/html; charset=utf-8",
    "a/b/INDEX.HTM, text/html; charset=utf-8",
    "app.mjs, text/javascript; charset=utf-8",
    "table.tsv, text/tab-separated-values; charset=utf-8",
    "data.json, application/json",
    "logo.svg, image/svg+xml",
    "book.xlsx, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "archive.tar.gz, application/gzip",
    "module.wasm, application/wasm",
    "README, application/octet-stream",
    "html, application/octet-stream",
    "folder.html/README, application/octet-stream",
    "trailing., application/octet-stream",
    "program.exe, application/octet-stream",
  })
  void tellsTheTypeByTheExtension(String name, String type) {
    assertThat(ContentTypes.of(name).value()).isEqualTo(type);
  }
}
