package dev.percore.worker.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnServicesTest {
  private static final String CLASS = "dev/percore/worker/plugins/OwnServicesTest.class";
  private static final String SERVICE = "META-INF/services/of.the.Jar";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with a blank", "a#b", "a%20b", "für"})
  void findsWhatTheJarOfTheClassDeclares(String name) throws Exception {
    Path place = Files.createDirectory(folder.resolve(name));
    URL[] jars = {
      jar(place.resolve("other.jar"), SERVICE, "theirs"),
      jar(place.resolve("own.jar"), SERVICE, "ours", CLASS, "")
    };
    try (var loader = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
      Class<?> own = loader.loadClass(OwnServicesTest.class.getName());
      var services = new OwnServices(own);

      List<URL> found = Collections.list(services.getResources(SERVICE));
      assertThat(found).hasSize(1);
      try (InputStream content = found.getFirst().openStream()) {
        assertThat(content).hasContent("ours");
      }
      assertThat(services.getResources("META-INF/services/of.nobody").hasMoreElements()).isFalse();
      assertThat(services.loadClass(own.getName())).isSameAs(own);
    }
  }

  @Test
  void findsThemInAFolderOfClasses() throws Exception {
    assertThat(
            new OwnServices(Plugins.class)
                .getResources("META-INF/services/dev.percore.worker.api.ComputeFunction")
                .hasMoreElements())
        .isTrue();
  }

  /// A jar with entries of text; the class of this test where the text is empty.
  private static URL jar(Path file, String... entries) throws IOException {
    try (var jar = new JarOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < entries.length; i += 2) {
        jar.putNextEntry(new JarEntry(entries[i]));
        if (entries[i + 1].isEmpty()) {
          try (InputStream bytes = OwnServicesTest.class.getResourceAsStream("/" + entries[i])) {
            assertThat(bytes).isNotNull();
            bytes.transferTo(jar);
          }
        } else {
          jar.write(entries[i + 1].getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    return file.toUri().toURL();
  }
}
