package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QueryStringTest {
  @Test
  @Timeout(5)
  void readsManyNamesWithoutValuesInLinearTime() throws RequestRejectedException {
    int count = 500_000;

    assertThat(QueryString.parse("a&".repeat(count)).get("a")).hasSize(count);
  }
}
