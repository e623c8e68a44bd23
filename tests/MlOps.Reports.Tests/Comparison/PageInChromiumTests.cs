using System.Xml.Linq;

namespace MlOps.Reports;

/// <summary>Opens comparison pages in a browser, on a screen and on a phone, light and dark.</summary>
[Category("Backend")]
public sealed class PageInChromiumTests
{
    private const string Measurement =
        """
        (() => {
          const parse = color => color.match(/[\d.]+/g).slice(0, 3).map(Number);
          const light = color => parse(color).map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((sum, c,
              i) => sum + c * [.2126, .7152, .0722][i], 0);
          const contrast = (one, other) => { const [a, b] = [light(one), light(other)]; return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); };
          const style = element => window.getComputedStyle(element);
          const back = style(page.body).backgroundColor;
          const cells = [...page.querySelectorAll('td.best')];
          const charts = [...page.querySelectorAll('figure svg')];
          const table = page.querySelector('.wide');
          page.querySelectorAll('details').forEach(details => details.open = true);
          return {
            width: page.documentElement.clientWidth,
            content: page.documentElement.scrollWidth,
            elements: page.querySelectorAll('*').length,
            requests: window.performance.getEntriesByType('resource').length,
            back,
            contrasts: [
              contrast(style(page.body).color, back),
              contrast(style(page.querySelector('.note')).color, back),
              ...cells.map(cell => contrast(style(cell).color, style(cell).backgroundColor)),
              ...charts.flatMap(chart => [...chart.querySelectorAll('text')].slice(0, 1).map(text => contrast(style(text).fill, back)))],
            lines: [...page.querySelectorAll('.line:not(.rest)')].map(line => contrast(style(line).stroke, back)),
            text: Math.min(...charts.map(chart => 12 * chart.getBoundingClientRect().width / chart.viewBox.baseVal.width)),
            heads: Math.max(...[...table.querySelectorAll('tbody th')].map(head => head.getBoundingClientRect().height)),
            sticky: (() => {
              table.scrollLeft = 200;
              return table.querySelector('tbody th').getBoundingClientRect().left >= table.getBoundingClientRect().left;
            })(),
          };
        })()
        """;

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_page_fits_screens_and_phones_and_is_readable(bool isDark)
    {
        var pages = new[] { 1, 2, 20 }.Select(Compare).SelectMany(static html => new[] { (html, 1280), (html, 390) }).ToArray();

        var frames = await Chromium.MeasureAsync(pages, isDark, Measurement);

        Assert.That(frames, Has.Count.EqualTo(pages.Length));
        foreach (var ((html, width), frame) in pages.Zip(frames))
        {
            Assert.That((int)frame!["content"]!, Is.LessThanOrEqualTo((int)frame["width"]!), $"The page of width {width} scrolls to the side.");
            Assert.That(
                (int)frame["elements"]!,
                Is.EqualTo(XDocument.Parse(html).Descendants().Count()),
                "The browser reads other elements than were written.");
            Assert.That((int)frame["requests"]!, Is.Zero);
            Assert.That((string?)frame["back"], Is.EqualTo(isDark ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)"));
            Assert.That(frame["contrasts"]!.AsArray().Select(static value => (double)value!), Has.All.AtLeast(4.5), "WCAG 2.1, success criterion 1.4.3.");
            Assert.That(frame["lines"]!.AsArray().Select(static value => (double)value!), Has.All.AtLeast(3), "WCAG 2.1, success criterion 1.4.11.");
            Assert.That((double)frame["text"]!, Is.AtLeast(9), "The size of the text of charts in pixels.");
            Assert.That((double)frame["heads"]!, Is.LessThan(100), "The names of runs are broken into many lines.");
            Assert.That((bool)frame["sticky"]!, "The names of runs stay visible when the table is scrolled.");
        }
    }

    private static string Compare(int count)
    {
        var runs = Enumerable.Range(1, count).Select(static index => TestRuns.Create(
            $"{index:x32}",
            new() { ["learning_rate"] = $"0.{index}", ["prompt"] = new string('x', 5000) + index, ["optimizer"] = index % 2 == 0 ? "adam" : "sgd" },
            new()
            {
                ["auc"] = 0.5 + (index / 100.0),
                ["training/loss"] = index == 3 ? double.NaN : 1.0 / index,
                ["validation/a_metric_with_a_long_name"] = index * 1e9,
                ["system/cpu"] = index
            }));
        var steps = Enumerable.Range(0, 300).Select(static step => (long)step).ToArray();
        return new RunComparison(
            [.. runs],
            [
                .. new[] { "training/loss", "validation/a_metric_with_a_long_name", "system/cpu" }.Select(metric => TestRuns.History(
                    metric,
                    steps,
                    [.. Enumerable.Range(1, count)
                        .Select(run => steps.Select(step => (double?)(step == 50 && run == 2 ? double.NaN : Math.Exp(-step * run / 500.0))).ToArray())])),
            ]).ToHtml();
    }
}
