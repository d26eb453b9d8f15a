/// The service manager above the master, such as systemd: what it is told, and the sockets that
/// it passes.
@NullMarked
package dev.percore.master.service;

import org.jspecify.annotations.NullMarked;
