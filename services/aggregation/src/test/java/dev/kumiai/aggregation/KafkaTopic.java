package dev.kumiai.aggregation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A topic as somebody else's program reads and writes it, with Kafka's own client.
final class KafkaTopic implements AutoCloseable {

  /// A record as it lies in the topic.
  record Entry(
      int partition, @Nullable String key, Map<String, String> headers, @Nullable String value) {

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String id() {
      return header("ce_id");
    }

    String type() {
      return header("ce_type");
    }
  }

  private final String name;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Entry> entries = new ArrayList<>();

  KafkaTopic(KafkaBroker broker, String name) {
    this.name = name;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.address(),
                "group.id", "test-" + UUID.randomUUID(),
                "auto.offset.reset", "earliest",
                "metadata.max.age.ms", "500",
                "reconnect.backoff.max.ms", "500"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer.subscribe(List.of(name));
  }

  void send(Map<String, String> headers, byte @Nullable [] body) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(name, body);
    headers.forEach(
        (header, value) -> record.headers().add(header, value.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(record).get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// All that is in it from its beginning, once it is as wanted.
  List<Entry> await(Predicate<List<Entry>> wanted) {
    return Aggregator.await(this::poll, wanted);
  }

  private List<Entry> poll() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
      Map<String, String> headers = new TreeMap<>();
      record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
      entries.add(
          new Entry(
              record.partition(),
              record.key() == null ? null : text(record.key()),
              headers,
              record.value() == null ? null : text(record.value())));
    }
    return List.copyOf(entries);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
  }
}
