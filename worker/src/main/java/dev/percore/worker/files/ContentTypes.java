package dev.percore.worker.files;

import dev.percore.worker.api.Response.Header;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The Content-Type of a file by its extension.
final class ContentTypes {
  private static final String TABLE =
      """
      text/html                              html htm
      text/css                               css
      text/javascript                        js mjs cjs
      text/plain                             txt text log conf ini yaml yml toml
      text/markdown                          md markdown
      text/csv                               csv
      text/tab-separated-values              tsv
      text/calendar                          ics
      text/vcard                             vcf
      text/vtt                               vtt
      application/json                       json map
      application/ld+json                    jsonld
      application/geo+json                   geojson
      application/manifest+json              webmanifest
      application/x-ndjson                   ndjson jsonl
      application/xml                        xml xsd xsl xslt
      application/xhtml+xml                  xhtml
      application/rss+xml                    rss
      application/atom+xml                   atom
      application/wasm                       wasm
      application/pdf                        pdf
      application/rtf                        rtf
      application/epub+zip                   epub
      application/zip                        zip
      application/gzip                       gz tgz
      application/x-bzip2                    bz2
      application/x-xz                       xz
      application/zstd                       zst
      application/x-7z-compressed            7z
      application/x-tar                      tar
      application/java-archive               jar war
      application/vnd.debian.binary-package  deb
      application/x-rpm                      rpm
      application/vnd.apache.parquet         parquet
      application/vnd.ms-excel               xls
      application/vnd.ms-powerpoint          ppt
      application/msword                     doc
      application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
      application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
      application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
      application/vnd.oasis.opendocument.text odt
      application/vnd.oasis.opendocument.spreadsheet ods
      application/vnd.oasis.opendocument.presentation odp
      image/png                              png
      image/apng                             apng
      image/jpeg                             jpg jpeg
      image/gif                              gif
      image/webp                             webp
      image/avif                             avif
      image/jxl                              jxl
      image/heic                             heic
      image/svg+xml                          svg
      image/vnd.microsoft.icon               ico
      image/bmp                              bmp
      image/tiff                             tif tiff
      font/woff                              woff
      font/woff2                             woff2
      font/ttf                               ttf
      font/otf                               otf
      audio/mpeg                             mp3
      audio/mp4                              m4a
      audio/aac                              aac
      audio/flac                             flac
      audio/ogg                              ogg oga opus
      audio/wav                              wav
      video/mp4                              mp4 m4v
      video/mpeg                             mpeg mpg
      video/ogg                              ogv
      video/webm                             webm
      video/quicktime                        mov
      video/x-matroska                       mkv
      video/mp2t                             ts
      application/vnd.apple.mpegurl          m3u8
      application/dash+xml                   mpd
      """;

  private static final Header UNKNOWN = header("application/octet-stream");
  private static final Map<String, Header> BY_EXTENSION = parse();

  private ContentTypes() {}

  /// The header field for a file of that name; `application/octet-stream` when its extension is
  /// unknown or missing.
  static Header of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    if (dot < 0 || dot < fileName.lastIndexOf('/')) {
      return UNKNOWN;
    }
    String extension = fileName.substring(dot + 1);
    return BY_EXTENSION.getOrDefault(extension.toLowerCase(Locale.ROOT), UNKNOWN);
  }

  private static Map<String, Header> parse() {
    Map<String, Header> types = new HashMap<>();
    for (String line : TABLE.lines().toList()) {
      String[] words = line.split(" +", -1);
      Header header = header(words[0]);
      for (int i = 1; i < words.length; i++) {
        types.put(words[i], header);
      }
    }
    return Map.copyOf(types);
  }

  private static Header header(String type) {
    return new Header("Content-Type", type.startsWith("text/") ? type + "; charset=utf-8" : type);
  }
}
