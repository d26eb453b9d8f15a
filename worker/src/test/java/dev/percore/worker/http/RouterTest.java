package dev.percore.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
  private final Router router =
      new Router(
          List.of(
              route("root", "/"),
              route("calc", "/calc"),
              route("calc-any", "/calc/"),
              route("calc-pi", "/calc/pi"),
              route("calc-deep", "/calc/deep/"),
              new Route("form", "/form", Set.of("POST", "PUT"), _ -> {})));

  @Test
  void findsTheExactPath() {
    assertThat(found("/")).isEqualTo("root");
    assertThat(found("/calc")).isEqualTo("calc");
    assertThat(found("/calc/pi")).isEqualTo("calc-pi");
  }

  @Test
  void findsTheLongestPrefix() {
    assertThat(found("/calc/")).isEqualTo("calc-any");
    assertThat(found("/calc/pie")).isEqualTo("calc-any");
    assertThat(found("/calc/deep")).isEqualTo("calc-any");
    assertThat(found("/calc/deep/")).isEqualTo("calc-deep");
    assertThat(found("/calc/deep/er")).isEqualTo("calc-deep");
  }

  @Test
  void findsNothingElse() {
    assertThat(found("/other")).isNull();
    assertThat(found("/calculus")).isNull();
    assertThat(found("")).isNull();
    assertThat(found("*")).isNull();
  }

  @Test
  void addsHeadToGetAndOptionsToAll() {
    Router.Mount get = mount("/calc");
    Router.Mount form = mount("/form");

    assertThat(get.takes("GET")).isTrue();
    assertThat(get.takes("HEAD")).isTrue();
    assertThat(get.takes("OPTIONS")).isFalse();
    assertThat(get.allow()).isEqualTo("GET, HEAD, OPTIONS");
    assertThat(form.takes("HEAD")).isFalse();
    assertThat(form.allow()).isEqualTo("OPTIONS, POST, PUT");
    assertThat(router.allow()).isEqualTo("GET, HEAD, OPTIONS, POST, PUT");
  }

  @Test
  void refusesTwoRoutesAtOnePath() {
    assertThatThrownBy(() -> new Router(List.of(route("a", "/x/"), route("b", "/x/"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two routes claim the path /x/: 'a' and 'b'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "/a/../b", "/.", "/a/./", "/a?b", "/a\\b", "/\n"})
  void refusesPathsThatNeverMatch(String path) {
    assertThatThrownBy(() -> new Router(List.of(route("a", path))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("route 'a' can never match");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "get", "GET POST"})
  void refusesWhatIsNoMethod(String method) {
    Set<String> methods = method.isEmpty() ? Set.of() : Set.of(method);

    assertThatThrownBy(() -> new Router(List.of(new Route("a", "/", methods, _ -> {}))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs methods in capitals");
  }

  private @Nullable String found(String path) {
    Router.Mount mount = router.find(path);
    return mount == null ? null : mount.route().label();
  }

  private Router.Mount mount(String path) {
    Router.Mount mount = router.find(path);
    if (mount == null) {
      throw new AssertionError("no route at " + path);
    }
    return mount;
  }

  private static Route route(String label, String path) {
    return new Route(label, path, Set.of("GET"), _ -> {});
  }
}
