package common;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Predicate;

/// A target, and what is right as its answer beside the status 200.
public record Question(String target, Predicate<Http.Answer> isRight) {
  public static final Question HEALTH =
      new Question(
          "/healthz",
          answer ->
              answer.text().equals("ok")
                  && answer.fields().get("content-type").equals("text/plain; charset=utf-8"));

  /// Any 200.
  public static Question of(String target) {
    return new Question(target, _ -> true);
  }

  public static Question count(int n) {
    return new Question(
        "/calc?n=" + n,
        answer ->
            answer.text().startsWith("{\"function\":\"count\",")
                && answer.text().contains("\"result\":" + n + ",")
                && answer.fields().get("content-type").equals("application/json"));
  }

  public static Question file(String target, byte[] content) {
    return new Question(target, answer -> Arrays.equals(answer.body(), content));
  }

  /// @throws IOException if the answer is wrong
  public void check(Http.Answer answer) throws IOException {
    if (answer.status() != 200 || !isRight.test(answer)) {
      throw new IOException(
          "wrong answer to %s: %d %.300s".formatted(target, answer.status(), answer.text()));
    }
  }
}
