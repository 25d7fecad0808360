package dev.kumiai.cli.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.AttackReport.Attacked;
import dev.kumiai.protocol.pilot.PilotPhase;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.Decision;
import dev.kumiai.protocol.pilot.PilotReport.VerdictView;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportPageTest {

  @TempDir private Path folder = Path.of("");

  private String page(VerdictView verdict, PilotPhase phase) {
    return page(verdict, phase, null);
  }

  private String page(VerdictView verdict, PilotPhase phase, @Nullable AttackReport attack) {
    PilotReport report = Reports.report(verdict, phase);
    return new ReportPage(
            report, new SiteFiles(new PilotFolder(folder), List.of()), attack, "castings, 4 sites")
        .html();
  }

  private Path put(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  @Test
  void needsNothingButItself() throws IOException {
    putSamples();

    String page = page(Reports.go(), PilotPhase.SUCCEEDED);

    assertThat(page)
        .doesNotContain("<script", "http://", "https://", "@import", "url(", "<link", " onclick")
        .contains("<style>", "prefers-color-scheme: dark", "@media print");
  }

  @Test
  void beginsWithTheVerdictItsSettingsAndItsReasons() {
    String page = page(Reports.go(), PilotPhase.SUCCEEDED);

    assertThat(page.indexOf("<h2>GO</h2>")).isPositive().isLessThan(page.indexOf("<svg"));
    assertThat(page)
        .contains("Generation pays here, with 0.5 x the private samples, guidance prompt.")
        .contains("Generation adds 10.0 points &amp; beats its controls.")
        .doesNotContain("Not all runs are over");
  }

  @Test
  void saysWhenItCannotTellAndWhenRunsAreMissing() {
    VerdictView open = new VerdictView(Decision.UNDECIDED, null, 3, List.of("Seeds disagree."));

    String page = page(open, PilotPhase.CANCELLED);

    assertThat(page)
        .contains("UNDECIDED", "about 3 more seeds would probably settle it")
        .contains("Not all runs are over (4 of 9)");
  }

  @Test
  void everyPictureAndTableIsWellFormedAndWhatComesFromOutsideIsEscaped() throws Exception {
    String page = page(Reports.go(), PilotPhase.SUCCEEDED);

    // The head of a page is no XML; what is drawn and listed is.
    Document body =
        xml(page.substring(page.indexOf("<body>"), page.indexOf("</body>") + "</body>".length()));
    assertThat(body.getElementsByTagName("svg").getLength())
        .as("accuracy, the same beside the control, differences, budgets")
        .isEqualTo(4);
    assertThat(body.getElementsByTagName("polygon").getLength()).isEqualTo(3);
    assertThat(body.getElementsByTagName("polyline").getLength()).isEqualTo(2 + 3);
    assertThat(page).doesNotContain("pit <deep>").contains("pit &lt;deep&gt;");
    assertThat(page).doesNotContain("NaN", "Infinity", "null");
  }

  private static Document xml(String text)
      throws ParserConfigurationException, IOException, SAXException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)));
  }

  @Test
  void tellsWhatTheGeneratorCostAndWhatFiltersTookOut() {
    assertThat(page(Reports.go(), PilotPhase.SUCCEEDED))
        .contains("0.80 EUR", "4.2 kJ", "What filters took out")
        .contains("<th scope=\"row\">s1-site-1</th><td>23</td><td>3</td>");
  }

  @Test
  void samplesOfSitesAreWithinThePage() throws IOException {
    putSamples();

    assertThat(page(Reports.go(), PilotPhase.SUCCEEDED))
        .contains("data:image/png;base64,cmVhbA==", "data:image/png;base64,bWFkZQ==");
  }

  private void putSamples() throws IOException {
    String site = "sites/" + Reports.SITE;
    put(site + "/private/castings/crack/00000.png", "real");
    put(site + "/generated/" + Reports.PLAN.hex() + "/crack/00000.png", "made");
  }

  @Test
  void whatASiteMeasuredOfItsSetIsATable() throws IOException {
    String set = "sites/" + Reports.SITE + "/generated/" + Reports.PLAN.hex();
    put(
        set + "/quality.json",
        """
        {"embedding": "x", "all": {"frechet": 12.3456789, "kernel": {"value": 0.5}, "real": 43},
         "perClass": {"crack": {"frechet": 99.75}}, "guides": {"tprAt1PercentFpr": 0.02}}
        """);

    String page = page(Reports.go(), PilotPhase.SUCCEEDED);

    assertThat(page)
        .contains("Quality and privacy of the generated sets")
        .contains("<th scope=\"row\">frechet</th><td>12.35</td>")
        .contains("<th scope=\"row\">kernel, value</th><td>0.5000</td>")
        .contains("<th scope=\"row\">tpr at 1 percent fpr</th><td>0.02000</td>")
        .doesNotContain("99.75");
  }

  @Test
  void saysWhichModelGivesItsImagesAwayAndWhatTheControlExplains() {
    AttackResult control = result(0.6, 0.013);
    AttackReport attack =
        new AttackReport(
            8,
            900,
            control,
            1,
            List.of(
                new Attacked("none", Reports.PLAN, result(0.61, 0.02), result(0.74, 0.1), control),
                new Attacked(
                    "generation",
                    Reports.PLAN,
                    result(0.62, 0.02),
                    result(0.53, 0.01),
                    result(0.49, 0.01))));

    String page = page(Reports.go(), PilotPhase.SUCCEEDED, attack);

    assertThat(page)
        .contains("<h2>Membership inference</h2>")
        .contains(
            "<i class=\"none\"></i>none</th><td>LiRA, online</td><td>+20.0 points</td><td>0.740</td><td>10.0 %</td>")
        .contains("control</th><td>by loss, shadow models</td>")
        .contains("400 images that sites held and 400 of the same classes that no site held")
        .contains(
            "Without generation, the model gives its training images away: shown one image of each kind, the best attack (LiRA, online) picks the right one in 74 of 100 cases, where guessing gives 50. At one false alarm in 100, 10.0 % of them are found (LiRA, online).")
        .contains("With generation, no attack clearly told what the model was trained on")
        .contains("8 shadow models that were trained on 900 images each")
        .contains("An attack that fails proves nothing");
  }

  @Test
  void whatADifferenceBetweenTheImagesExplainsIsNoMembership() {
    AttackReport attack =
        new AttackReport(
            4,
            900,
            result(0.7, 0.013),
            1,
            List.of(new Attacked("none", Reports.PLAN, result(0.72, 0.02), null, null)));

    assertThat(page(Reports.go(), PilotPhase.SUCCEEDED, attack))
        .contains("Without generation, no attack clearly told")
        .contains("in 72 of 100 cases, where a difference between the images alone gives 70.");
  }

  @Test
  void anAttackByLossAloneComparesWithGuessing() {
    AttackResult few = new AttackResult(40, 40, 0.2, 0.3, 0.8, null);
    AttackReport attack =
        new AttackReport(
            0, 0, null, 1, List.of(new Attacked("none", Reports.PLAN, few, null, null)));

    assertThat(page(Reports.go(), PilotPhase.SUCCEEDED, attack))
        .contains("<td>by loss</td><td>+20.0 points</td><td>0.800</td><td>-</td>")
        .contains("in 80 of 100 cases, where guessing gives 50.")
        .doesNotContain("LiRA");
    assertThat(page(Reports.go(), PilotPhase.SUCCEEDED)).doesNotContain("Membership inference");
  }

  private static AttackResult result(double auc, double found) {
    return new AttackResult(400, 400, 0.2, 0.3, auc, found);
  }
}
