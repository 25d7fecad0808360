package dev.kumiai.kubernetes.site;

/// Why nothing can be made for a site.
///
/// @param reason one word
/// @param message a sentence
record Refusal(String reason, String message) {}
