package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;

/// Users and groups as the system knows them (nsswitch.conf), and the rights of this process. The
/// look-ups use memory of libc's own, so they are for one thread at a time.
public final class Users {
  // struct passwd: name, password, uid, gid ...; struct group: name, password, gid ...
  private static final long ID_OFFSET = 16;
  private static final long PRIMARY_GROUP_OFFSET = 20;
  private static final long STRUCT_BYTES = 24;

  private Users() {}

  /// A user.
  ///
  /// @param gid the primary group
  public record User(String name, int uid, int gid) {}

  /// The effective user id of this process; 0 is root.
  ///
  /// @throws PosixException if libc has no such function
  public static int effectiveUid() throws PosixException {
    return (int) Libc.GETEUID.call().value();
  }

  /// The effective group id of this process.
  ///
  /// @throws PosixException if libc has no such function
  public static int effectiveGid() throws PosixException {
    return (int) Libc.GETEGID.call().value();
  }

  /// The user of that name (getpwnam(3)).
  ///
  /// @throws PosixException if the look-up itself failed
  public static synchronized Optional<User> user(String name) throws PosixException {
    long found = lookUp(Libc.GETPWNAM, "getpwnam", name);
    return found == 0
        ? Optional.empty()
        : Optional.of(new User(name, field(found, ID_OFFSET), field(found, PRIMARY_GROUP_OFFSET)));
  }

  /// The id of the group of that name (getgrnam(3)).
  ///
  /// @throws PosixException if the look-up itself failed
  public static synchronized OptionalInt group(String name) throws PosixException {
    long found = lookUp(Libc.GETGRNAM, "getgrnam", name);
    return found == 0 ? OptionalInt.empty() : OptionalInt.of(field(found, ID_OFFSET));
  }

  /// Sets the rights that new files and folders of this process and its later children do not
  /// get.
  ///
  /// @throws PosixException if libc has no such function
  public static void umask(int mask) throws PosixException {
    Libc.UMASK.call(mask);
  }

  // A name that is not there gives no pointer and, depending on who was asked, one of some errors.
  private static long lookUp(Libc.Function function, String call, String name)
      throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.Result result = function.call(arena.allocateFrom(name));
      boolean broken = result.errno() == Libc.EMFILE || result.errno() == Libc.ENFILE;
      if (result.value() == 0 && broken) {
        throw new PosixException(call + " of " + name, result.errno());
      }
      return result.value();
    }
  }

  @SuppressWarnings("restricted") // the pointer is libc's, and a struct of that size is behind it
  private static int field(long address, long offset) {
    return MemorySegment.ofAddress(address)
        .reinterpret(STRUCT_BYTES)
        .get(ValueLayout.JAVA_INT, offset);
  }
}
