package dev.kumiai.generation.remote;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;

/// `spending.json` in the folder of a site: what the site has paid each service, over all runs.
/// Images are booked before they are asked for, so that neither many requests at a time nor a kill
/// -9 spends more than the site allows; what was not delivered is booked back.
final class Spending {

  static final String NAME = "spending.json";

  private static final ObjectMapper JSON = KumiaiJson.mapper();
  private static final TypeReference<TreeMap<String, Paid>> ALL = new TypeReference<>() {};

  /// Within the process; a lock on a file keeps other processes away.
  private static final Object BOOKING = new Object();

  /// What one service was paid.
  record Paid(BigDecimal money, String currency) {}

  private final Path site;
  private final String service;
  private final Price price;

  Spending(Path site, String service, Price price) {
    this.site = site;
    this.service = service;
    this.price = price;
  }

  /// Books so many images.
  ///
  /// @return what they cost
  /// @throws KumiaiException.Forbidden `remote-cost-limit` when all of them together cost more than
  ///   is left; then none is booked
  BigDecimal book(int images) {
    BigDecimal money = price.of(images);
    change(money, true);
    return money;
  }

  /// Books images back that were not delivered.
  ///
  /// @return what they would have cost
  BigDecimal takeBack(int images) {
    BigDecimal money = price.of(images);
    change(money.negate(), false);
    return money;
  }

  private void change(BigDecimal money, boolean limited) {
    if (money.signum() == 0) {
      return;
    }
    synchronized (BOOKING) {
      try (FileChannel channel =
              FileChannel.open(
                  site.resolve(".spending.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        SortedMap<String, Paid> all = read();
        BigDecimal paid = paid(all);
        if (limited) {
          requireWithinLimit(paid, money);
        }
        all.put(service, new Paid(paid.add(money), price.currency()));
        DurableFiles.replace(site.resolve(NAME), JSON.writeValueAsBytes(all));
      } catch (IOException e) {
        throw new KumiaiException.Unavailable(
            "spending-unwritable",
            "the site's %s cannot be read or written, and nothing is bought without being booked: make room, or mend it"
                .formatted(NAME),
            e);
      }
    }
  }

  private SortedMap<String, Paid> read() throws IOException {
    Path file = site.resolve(NAME);
    return Files.exists(file) ? JSON.readValue(file.toFile(), ALL) : new TreeMap<>();
  }

  private BigDecimal paid(SortedMap<String, Paid> all) {
    Paid before = all.getOrDefault(service, new Paid(BigDecimal.ZERO, price.currency()));
    if (!before.currency.equals(price.currency())) {
      throw new KumiaiException.Invalid(
          "remote-currency-changed",
          "remote:%s has been paid in %s and now has a price in %s: give the service another name"
              .formatted(service, before.currency, price.currency()));
    }
    return before.money;
  }

  private void requireWithinLimit(BigDecimal paid, BigDecimal money) {
    BigDecimal limit = price.limit();
    if (limit != null && paid.add(money).compareTo(limit) > 0) {
      throw new KumiaiException.Forbidden(
          "remote-cost-limit",
          "remote:%s has cost this site %s %s, and %s more would go beyond the %s that it may: raise kumiai.generation.remote.%s.max-cost and run again, and the set goes on"
              .formatted(
                  service,
                  paid.toPlainString(),
                  price.currency(),
                  money.toPlainString(),
                  limit.toPlainString(),
                  service));
    }
  }
}
