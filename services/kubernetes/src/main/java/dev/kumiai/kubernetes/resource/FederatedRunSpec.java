package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a FederatedRun asks for: the spec of `POST /api/v1/runs`, and what only Kubernetes knows.
/// The parts of the first are kept as they were written, so that all mistakes in them are told the
/// way the REST API tells them.
///
/// @param name for people; by default the resource's
/// @param seed every random draw of the run follows from it; by default 0
/// @param data what is trained on
/// @param model what is trained
/// @param sites who takes part, by name; or say it by siteSelector
/// @param siteSelector chooses Site resources of the same namespace by their labels, once, when the
///   run starts
/// @param rounds how often the sites train
/// @param training how a site trains in a round
/// @param strategy how updates become the next global model
/// @param generation what sites generate before the first round; without it nothing is generated
/// @param round when a round closes, and what becomes of sites that fail
/// @param evaluation who measures the global model; without it nothing is measured
/// @param retention what is kept of rounds that are over
/// @param executor who does the tasks: workers that are there all the time (agents, the default),
///   or a Job for each task (jobs)
/// @param suspend holds the run while it is true
/// @param roundTrigger whether rounds start by themselves (automatic, the default) or each for a
///   FederatedRound that somebody creates (manual)
/// @param ttlSecondsAfterFinished how long the resource stays after its run is over; for ever by
///   default. The run itself stays with the aggregator
/// @param roundsHistoryLimit how many FederatedRounds of rounds that are over stay; by default 10
/// @param runtimeRef the FederationRuntime with which Jobs run; by default the one that is called
///   default
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederatedRunSpec(
    @Nullable String name,
    @Nullable Long seed,
    @PreserveUnknownFields @Required @Nullable JsonNode data,
    @PreserveUnknownFields @Required @Nullable JsonNode model,
    @Nullable List<String> sites,
    @Nullable LabelSelector siteSelector,
    @Required @Nullable Integer rounds,
    @PreserveUnknownFields @Nullable JsonNode training,
    @PreserveUnknownFields @Nullable JsonNode strategy,
    @PreserveUnknownFields @Nullable JsonNode generation,
    @PreserveUnknownFields @Nullable JsonNode round,
    @PreserveUnknownFields @Nullable JsonNode evaluation,
    @PreserveUnknownFields @Nullable JsonNode retention,
    @Nullable Executor executor,
    @Nullable Boolean suspend,
    @Nullable RoundTrigger roundTrigger,
    @Min(0) @Max(315_360_000) @Nullable Integer ttlSecondsAfterFinished,
    @Min(0) @Max(1_000) @Nullable Integer roundsHistoryLimit,
    @Nullable RuntimeRef runtimeRef) {}
