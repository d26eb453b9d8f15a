/// What Netty's own package has to be entered for.
@NullMarked
package io.netty.channel.epoll;

import org.jspecify.annotations.NullMarked;
