package dev.percore.master;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The floors of the house: config and protocol below, worker and master above, and no way from
/// one to the other but the protocol.
class ArchitectureTest {
  private static final String CLIENT = "dev.percore.protocol.client..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.percore");

  @Test
  void seesAllModules() {
    org.assertj.core.api.Assertions.assertThat(CLASSES)
        .extracting(c -> c.getPackageName())
        .contains(
            "dev.percore.config",
            "dev.percore.protocol",
            "dev.percore.worker",
            "dev.percore.master");
  }

  @Test
  void configKnowsNothingOfProcessesAndNetworks() {
    noClasses()
        .that()
        .resideInAPackage("dev.percore.config..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.percore.protocol..", "dev.percore.worker..", "dev.percore.master..", "io.netty..")
        .check(CLASSES);
  }

  @Test
  void protocolKnowsNothingOfWhatAWorkerComputesAndOfHttp() {
    noClasses()
        .that()
        .resideInAPackage("dev.percore.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.percore.worker..", "dev.percore.master..", "io.netty.handler.codec.http..")
        .check(CLASSES);
  }

  @Test
  void theClientStandsApart() {
    noClasses()
        .that()
        .resideInAPackage(CLIENT)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.netty..")
                .or(resideInAPackage("org.slf4j.."))
                .or(resideInAPackage("dev.percore..").and(resideOutsideOfPackage(CLIENT))))
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(CLIENT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CLIENT)
        .check(CLASSES);
  }

  @Test
  void workerAndMasterMeetOnlyInTheProtocol() {
    noClasses()
        .that()
        .resideInAPackage("dev.percore.worker..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.percore.master..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.percore.master..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.percore.worker..")
        .check(CLASSES);
  }

  @Test
  void nativeCallsSitInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.percore.protocol.posix..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor)(\\$.*)?")
        .check(CLASSES);
  }

  // A file that is mapped needs no native call, but it is memory that others change.
  @Test
  void memoryOutsideOfTheHeapIsTouchedInTwoPackages() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.percore.protocol.posix..", "dev.percore.protocol.shared..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(CLASSES);
  }

  @Test
  void whatUsersImplementNeedsNothingButTheJdk() {
    noClasses()
        .that()
        .resideInAPackage("dev.percore.worker.api..")
        .and()
        .arePublic()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "io.micrometer..",
            "tools.jackson..",
            "dev.percore.config..",
            "dev.percore.protocol..")
        .check(CLASSES);
  }

  @Test
  void mastersPackagesHaveNoCycles() {
    slices().matching("dev.percore.master.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void workersPackagesHaveNoCycles() {
    slices().matching("dev.percore.worker.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
