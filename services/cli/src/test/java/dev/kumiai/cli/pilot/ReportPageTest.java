package dev.kumiai.cli.pilot;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportPageTest {

  @TempDir private Path folder = Path.of("");

  private String page(VerdictView verdict, PilotPhase phase) {
    PilotReport report = Reports.report(verdict, phase);
    return new ReportPage(
            report, new SiteFiles(new PilotFolder(folder), List.of()), "castings, 4 sites")
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
}
