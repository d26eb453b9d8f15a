@NullMarked
package dev.percore.master.jobs;

import org.jspecify.annotations.NullMarked;
