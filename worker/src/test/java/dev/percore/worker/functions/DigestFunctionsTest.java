package dev.percore.worker.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class DigestFunctionsTest {

  @Test
  void sha256OfOneRoundIsTheDigestOfTheText() throws Exception {
    assertThat(sha256("abc", 1))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Property(tries = 100)
  void sha256ChainsDigests(@ForAll String text, @ForAll @IntRange(min = 1, max = 50) int rounds)
      throws Exception {
    byte[] digest = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < rounds; i++) {
      digest = MessageDigest.getInstance("SHA-256").digest(digest);
    }
    assertThat(sha256(text, rounds)).isEqualTo(HexFormat.of().formatHex(digest));
  }

  // RFC 7914, section 11.
  @Test
  void pbkdf2KnowsTheVectorsOfTheRfc() throws Exception {
    assertThat(pbkdf2("passwd", "salt", 1, 64))
        .isEqualTo(
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    assertThat(pbkdf2("Password", "NaCl", 80_000, 64))
        .isEqualTo(
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                + "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
  }

  @Test
  void pbkdf2TakesAnEmptyPassword() throws Exception {
    assertThat(pbkdf2("", "salt", 1024, 32))
        .isEqualTo("9e83f279c040f2a11aa4a02b24c418f2d3cb39560c9627fa4f47e3bcc2897c3d");
  }

  @Property(tries = 50)
  void pbkdf2AgreesWithTheJdk(
      @ForAll @AlphaChars @StringLength(min = 1, max = 100) String password,
      @ForAll @AlphaChars @StringLength(min = 1, max = 40) String salt,
      @ForAll @IntRange(min = 1, max = 50) int iterations,
      @ForAll @IntRange(min = 1, max = 100) int length)
      throws Exception {
    PBEKeySpec spec =
        new PBEKeySpec(
            password.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), iterations, 8 * length);
    byte[] expected =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    assertThat(pbkdf2(password, salt, iterations, length))
        .isEqualTo(HexFormat.of().formatHex(expected));
  }

  private static Object sha256(String text, long rounds) throws Exception {
    return Calls.json(new Sha256Chain(), Map.of("text", text, "rounds", rounds));
  }

  private static Object pbkdf2(String password, String salt, long iterations, long length)
      throws Exception {
    return Calls.json(
        new Pbkdf2(),
        Map.of("password", password, "salt", salt, "iterations", iterations, "length", length));
  }
}
