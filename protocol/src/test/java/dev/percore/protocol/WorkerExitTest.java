package dev.percore.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerExitTest {

  @ParameterizedTest
  @CsvSource({
    "0, exit code 0",
    "1, exit code 1",
    "3, exit code 3 (out of memory)",
    "65, exit code 65 (start failed)",
    "70, exit code 70 (defect)",
    "71, exit code 71 (master gone)",
    "128, exit code 128",
    "137, signal 9 (SIGKILL)",
    "143, signal 15 (SIGTERM)",
    "159, signal 31 (signal 31)"
  })
  void describesItselfForAnOperator(int status, String text) {
    assertThat(new WorkerExit(status).describe()).isEqualTo(text);
  }

  @Test
  void tellsSignalsFromExitCodes() {
    assertThat(new WorkerExit(137).signal()).hasValue(9);
    assertThat(new WorkerExit(65).signal()).isEmpty();
  }
}
