package dev.percore.worker.handoff;

import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.worker.compute.ClientName;
import java.util.List;

/// What another worker has to know of a request to compute its answer.
///
/// @param query the parameters, decoded, in their order
/// @param contentType empty if there is none
/// @param client who it is for, for the fairness between clients
/// @param body not to be changed
public record Call(
    String function,
    String method,
    List<Field> query,
    String contentType,
    ClientName client,
    byte[] body) {}
