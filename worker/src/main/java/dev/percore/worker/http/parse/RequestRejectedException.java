package dev.percore.worker.http.parse;

import dev.percore.worker.api.Problem;
import java.util.Map;

/// A request that is not served, because of its form or for want of memory. The connection cannot
/// be used further, since nobody knows where the next request begins. Has no stack trace, so that
/// a flood of them stays cheap.
public final class RequestRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  private RequestRejectedException(int status, String type, String title, String detail) {
    super(detail, null, false, false);
    problem = new Problem(status, type, title, detail, Map.of());
  }

  /// The answer for the client.
  public Problem problem() {
    return problem;
  }

  static RequestRejectedException malformed(String detail) {
    return new RequestRejectedException(400, "malformed-request", "Malformed request", detail);
  }

  static RequestRejectedException requestLineTooLong(int limit) {
    return new RequestRejectedException(
        414,
        "request-line-too-long",
        "Request line too long",
        "The request line is longer than " + limit + " bytes.");
  }

  static RequestRejectedException headersTooLarge(String detail) {
    return new RequestRejectedException(
        431, "headers-too-large", "Request header fields too large", detail);
  }

  static RequestRejectedException bodyTooLarge(long limit) {
    return new RequestRejectedException(
        413,
        "content-too-large",
        "Content too large",
        "The body is larger than " + limit + " bytes.");
  }

  /// A line of a body that is taken line by line.
  public static RequestRejectedException lineTooLong(long limit) {
    return new RequestRejectedException(
        413,
        "content-too-large",
        "Content too large",
        "A line of the body is longer than " + limit + " bytes.");
  }

  static RequestRejectedException chunkExtensionsTooLarge(int limit) {
    return new RequestRejectedException(
        413,
        "content-too-large",
        "Content too large",
        "The chunk extensions of the body are larger than " + limit + " bytes.");
  }

  static RequestRejectedException expectationFailed() {
    return new RequestRejectedException(
        417,
        "expectation-failed",
        "Expectation failed",
        "The only expectation that is met here is 100-continue.");
  }

  static RequestRejectedException notImplemented(String detail) {
    return new RequestRejectedException(501, "not-implemented", "Not implemented", detail);
  }

  /// There is no memory for what arrives, see [MemoryBudget].
  public static RequestRejectedException tooMuchInFlight() {
    return new RequestRejectedException(
        503,
        "too-much-in-flight",
        "Too much in flight",
        "The requests that this worker is receiving and answering take all of their memory.");
  }

  static RequestRejectedException versionNotSupported() {
    return new RequestRejectedException(
        505,
        "http-version-not-supported",
        "HTTP version not supported",
        "The versions spoken here are HTTP/1.0 and HTTP/1.1.");
  }
}
