package dev.kumiai.aggregation.event;

/// An event with its place in the one order of all events, from 1 on.
public record Placed(long place, OutboxEvent event) {}
