package dev.kumiai.aggregation.task;

/// What proves whose a result is: the site's signature (RFC 9421) over the request that brought it,
/// which was verified.
///
/// @param key id of the site's key
public record Proof(String key, String signatureInput, String signature) {}
